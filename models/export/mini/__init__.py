"""Makes the embedded bundle `mglmm-mini`: its training photographs and texts, its tokenizer, its graphs and its scores."""
