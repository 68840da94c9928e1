"""Write findings down as pytest files that send their requests again."""
