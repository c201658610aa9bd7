"""Proofs: the claims of the catalogue, checked on the processes of a woven pod, started as the kubelet starts them."""
