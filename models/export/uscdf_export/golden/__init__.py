"""Reference numbers for the runtime's own preprocessing and tokenizers, made by the libraries whose work it repeats."""
