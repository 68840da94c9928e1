"""Put the records of several machines together into one run, with one verdict."""
