"""One module a family: what its checkpoint looks like and how it becomes a bundle."""
