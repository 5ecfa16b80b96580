"""Makes model bundles for USCDF out of checkpoints: ONNX graphs, a tokenizer, and the manifest that describes them."""
