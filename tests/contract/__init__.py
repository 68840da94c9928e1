"""What people run against an environment: thin tests over the promises of any contract."""
