"""The repositories of the target: real git repositories, their history, and how git reaches them."""
