"""A second device for PyTorch's CPU build, on which tests find what only a GPU would show.

PyTorch lets a device be written in Python (key ``PrivateUse1``, ``torch.utils.backend_registration``). Tensors of this
one wrap tensors of the host, so its results are real and can be compared with the CPU's. As on a GPU, an operator
refuses arguments of two devices, autocast casts what CUDA casts, recurrent layers and attention are one operator each
way, optimisers take all weights at once, streams race, and what is on its way to the host has not arrived.

``meter`` counts what costs time on a GPU: operators, which are launches; copies from the host and to it; waits of the
host; collectives. Copies and waits come with the line of receiptgen that asked for them.

The device is registered for good when ``device`` is imported, so tests run ``python -m second_device.run`` instead.
"""
