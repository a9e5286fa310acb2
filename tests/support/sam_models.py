"""A package of two small ONNX models with the signature of Segment Anything: its mask is a disc around the click."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from detectors.outlines.outline_card import CARD_FILE, PARTS

RADIUS_PX = 12.0
CARD: dict[str, Any] = {
    "name": "discs",
    "input_size": 64,
    "mean": [123.675, 116.28, 103.53],
    "std": [58.395, 57.12, 57.375],
    "licence": "Apache-2.0",
    "format": 1,
}
FLOAT = TensorProto.FLOAT


def write_package(folder: Path, *, decoder_from_encoder: bool = False) -> Path:
    """Writes the package and returns its folder."""
    folder.mkdir(parents=True)
    models = {"encoder": encoder(), "decoder": encoder() if decoder_from_encoder else decoder()}
    for part in PARTS:
        (folder / f"{part}.onnx").write_bytes(models[part])
    hashes = {part: hashlib.sha256(models[part]).hexdigest() for part in PARTS}
    (folder / CARD_FILE).write_text(json.dumps(CARD | {"sha256": hashes}))
    return folder


def encoder(side: int = 64, pooled: int = 16) -> bytes:
    """Means of so many pixels square, declared to be of any size."""
    cell = [pooled, pooled]
    node = helper.make_node("AveragePool", ["image"], ["embeddings"], kernel_shape=cell, strides=cell)
    return saved([node], {"image": [1, 3, side, side]}, {"embeddings": [1, 3, "h", "w"]}, {})


def failing_encoder() -> bytes:
    """Loads, and cannot be run: it looks for a picture far behind the last."""
    nodes = [
        helper.make_node("ReduceMax", ["image"], ["largest"], keepdims=0),
        helper.make_node("Cast", ["largest"], ["number"], to=TensorProto.INT64),
        helper.make_node("Add", ["number", "far"], ["index"]),
        helper.make_node("Gather", ["image", "index"], ["embeddings"], axis=0),
    ]
    constants = {"far": np.array([999], np.int64)}
    return saved(nodes, {"image": [1, 3, 64, 64]}, {"embeddings": [1, 3, 64, 64]}, constants)


def decoder(quality: float = 0.75) -> bytes:
    """masks = radius - distance from the first point, in pixels of the original picture."""
    constants = {
        "zero": np.array(0, np.int64), "one": np.array(1, np.int64), "first": np.array([0], np.int64),
        "half": np.array(0.5, np.float32), "radius": np.array(RADIUS_PX, np.float32),
        "side": np.array(64, np.float32), "axes01": np.array([0, 1, 2], np.int64),
        "row_shape": np.array([1, 1, -1, 1], np.int64), "column_shape": np.array([1, 1, 1, -1], np.int64),
        "quality": np.array([[quality]], np.float32), "floor": np.array(0.0, np.float32),
        "zero_f": np.array(0, np.float32), "one_f": np.array(1, np.float32),
    }  # fmt: skip
    nodes = [
        helper.make_node("ReduceMax", ["orig_im_size"], ["longest"], keepdims=0),
        helper.make_node("Div", ["longest", "side"], ["scale"]),
        helper.make_node("Mul", ["point_coords", "scale"], ["points"]),
        helper.make_node("Gather", ["points", "zero"], ["of_one"], axis=0),
        helper.make_node("Gather", ["of_one", "zero"], ["point"], axis=0),
        helper.make_node("Gather", ["point", "zero"], ["x"], axis=0),
        helper.make_node("Gather", ["point", "one"], ["y"], axis=0),
        helper.make_node("Gather", ["orig_im_size", "zero"], ["height"], axis=0),
        helper.make_node("Gather", ["orig_im_size", "one"], ["width"], axis=0),
        helper.make_node("Range", ["zero_f", "height", "one_f"], ["rows"]),
        helper.make_node("Range", ["zero_f", "width", "one_f"], ["columns"]),
        helper.make_node("Add", ["rows", "half"], ["row_middles"]),
        helper.make_node("Add", ["columns", "half"], ["column_middles"]),
        helper.make_node("Sub", ["row_middles", "y"], ["dy"]),
        helper.make_node("Sub", ["column_middles", "x"], ["dx"]),
        helper.make_node("Reshape", ["dy", "row_shape"], ["dy4"]),
        helper.make_node("Reshape", ["dx", "column_shape"], ["dx4"]),
        helper.make_node("Mul", ["dy4", "dy4"], ["dy2"]),
        helper.make_node("Mul", ["dx4", "dx4"], ["dx2"]),
        helper.make_node("Add", ["dy2", "dx2"], ["squared"]),
        helper.make_node("Sqrt", ["squared"], ["distance"]),
        helper.make_node("Sub", ["radius", "distance"], ["plain"]),
        # What Segment Anything uses, and a disc does not: taken in, so that it must be given.
        *[
            helper.make_node("ReduceSum", [name], [f"{name}_sum"], keepdims=0)
            for name in ("image_embeddings", "point_labels", "mask_input", "has_mask_input")
        ],
        helper.make_node(
            "Sum",
            [f"{n}_sum" for n in ("image_embeddings", "point_labels", "mask_input", "has_mask_input")],
            ["all"],
        ),
        helper.make_node("Mul", ["all", "floor"], ["nothing"]),
        helper.make_node("Add", ["plain", "nothing"], ["masks"]),
        helper.make_node("Identity", ["quality"], ["iou_predictions"]),
        helper.make_node("Identity", ["masks"], ["low_res_masks"]),
    ]
    inputs: dict[str, list[Any]] = {
        "image_embeddings": [1, 3, 4, 4], "point_coords": [1, "points", 2], "point_labels": [1, "points"],
        "mask_input": [1, 1, 16, 16], "has_mask_input": [1], "orig_im_size": [2],
    }  # fmt: skip
    outputs: dict[str, list[Any]] = {
        "masks": [1, 1, "height", "width"], "iou_predictions": [1, 1], "low_res_masks": [1, 1, "height", "width"],
    }  # fmt: skip
    return saved(nodes, inputs, outputs, constants)


def saved(
    nodes: list[Any], inputs: dict[str, list[Any]], outputs: dict[str, list[Any]], constants: dict[str, Any]
) -> bytes:
    """A checked model as bytes."""
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(value, name) for name, value in constants.items() if name in used],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data
