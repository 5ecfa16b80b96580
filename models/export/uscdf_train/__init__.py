"""Trains MGLMM-type models on USCDF files: text, phrases and masks with one objective."""
