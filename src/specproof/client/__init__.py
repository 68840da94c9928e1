"""Sends requests to an environment; obeys its safety rules; records what came back; judges nothing."""
