"""Runs the promises: binds contract, client, generation and judgement together."""
