"""Small checkpoints with the official keys, and the small bundles that the project's tests run."""
