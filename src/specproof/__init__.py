"""Specproof: proves that a running server keeps every promise its OpenAPI document makes."""

__version__ = "0.1.0"
