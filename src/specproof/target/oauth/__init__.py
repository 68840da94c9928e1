"""The authorization server: OAuth 2 with Authlib, JSON Web Tokens with joserfc."""
