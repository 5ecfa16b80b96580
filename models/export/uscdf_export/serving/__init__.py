"""Servers of the Open Inference Protocol that run the graphs of a bundle without being built for ONNX themselves."""
