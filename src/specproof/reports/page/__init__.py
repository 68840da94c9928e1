"""``index.html``: one page that shows a whole run and needs nothing else."""

NAME = "index.html"
