"""Serve an ASGI or WSGI application of the user's on loopback, for as long as a run needs it."""
