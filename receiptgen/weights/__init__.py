"""Weights that come with the package, as safetensors and as ONNX; the cards beside them tell how they came about."""
