# SPDX-License-Identifier: MIT
"""SOAP: Adam in the eigenbasis of Shampoo's preconditioner (Vyas et al. 2024, arXiv:2409.11321).

Next to the loss network's cost the matrices of layers this small are nearly free, and fewer steps
are needed than with Adam.
"""
import torch


def _covariance(tensor, mode):
    rows = tensor.movedim(mode, 0).flatten(1)
    return rows @ rows.T


def _rotate(tensor, bases, transposed):
    """Every mode of the tensor times its basis (or back)."""
    for mode, basis in enumerate(bases):
        basis = basis.T if transposed else basis
        tensor = torch.tensordot(basis, tensor, dims=([1], [mode])).movedim(0, mode)
    return tensor


class Soap(torch.optim.Optimizer):
    """A convolution's weights as a tensor [out, in, taps] with a basis for each mode; biases by
    plain Adam."""

    def __init__(self, parameters, lr, betas=(0.95, 0.98), covariance_beta=0.97, every=10,
                 epsilon=1e-8):
        super().__init__(parameters, dict(lr=lr, betas=betas, covariance_beta=covariance_beta,
                                          every=every, epsilon=epsilon))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    self._update(weight, self.state[weight], group)

    def _update(self, weight, state, group):
        beta1, beta2 = group["betas"]
        gradient = weight.grad.contiguous()
        gradient = gradient.flatten(2) if weight.dim() == 4 else gradient
        if not state:
            state.update(step=0, mean=torch.zeros_like(gradient), square=torch.zeros_like(gradient),
                         bases=[], covariances=[])
            if weight.dim() == 4:
                state["covariances"] = [_covariance(gradient, mode) for mode in range(3)]
                state["bases"] = [torch.linalg.eigh(c)[1].flip(1) for c in state["covariances"]]
                return  # the first gradient only sets the bases
        state["step"] += 1
        state["mean"].lerp_(gradient, 1 - beta1)
        bases = state["bases"]
        state["square"].lerp_(_rotate(gradient, bases, True).square(), 1 - beta2)
        size = group["lr"] * (1 - beta2 ** state["step"]) ** 0.5 / (1 - beta1 ** state["step"])
        move = _rotate(state["mean"], bases, True) / (state["square"].sqrt() + group["epsilon"])
        weight.add_(_rotate(move, bases, False).reshape(weight.shape), alpha=-size)
        for mode, covariance in enumerate(state["covariances"]):
            covariance.lerp_(_covariance(gradient, mode), 1 - group["covariance_beta"])
            if state["step"] % group["every"] == 0:
                self._turn(state, mode, covariance)

    @staticmethod
    def _turn(state, mode, covariance):
        """One power iteration towards the covariance's eigenvectors, largest first."""
        basis = state["bases"][mode]
        order = (basis * (covariance @ basis)).sum(0).argsort(descending=True)
        state["square"] = state["square"].index_select(mode, order)
        state["bases"][mode] = torch.linalg.qr(covariance @ basis[:, order])[0]
