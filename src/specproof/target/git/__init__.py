"""The repositories of the target: real git repositories, their history, and how git reaches them.

Everything here stands on dulwich. What takes long to import (``library``, ``protocol``) is imported when a
repository is first asked for, since most runs never do.
"""

FETCH, PUSH = "git-upload-pack", "git-receive-pack"
"""The services, as git names them."""
