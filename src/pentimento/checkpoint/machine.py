"""A pickle read as data: nothing in it is ever called.

A pickle is a program for a small stack machine. Ours knows the same instructions but can only *describe*: a call
becomes a row of `BUILDERS`, an object becomes `Inert`, and any name outside `NAMES` is refused.
"""

import pickle
import pickletools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from pentimento.checkpoint.entries import BITS, Entry
from pentimento.words.errors import UnsafePickleError

DTYPES: Mapping[str, str] = {
    "torch.float64": "F64", "torch.float32": "F32", "torch.float16": "F16", "torch.bfloat16": "BF16",
    "torch.float8_e4m3fn": "F8_E4M3", "torch.float8_e5m2": "F8_E5M2", "torch.complex64": "C64",
    "torch.int64": "I64", "torch.int32": "I32", "torch.int16": "I16", "torch.int8": "I8", "torch.uint8": "U8",
    "torch.uint16": "U16", "torch.uint32": "U32", "torch.uint64": "U64", "torch.bool": "BOOL",
}  # fmt: skip

STORAGES: Mapping[str, str] = {
    f"{module}.{kind}Storage": dtype
    for module in ("torch", "torch.cuda", "torch.storage")
    for kind, dtype in {
        "Double": "F64", "Float": "F32", "Half": "F16", "BFloat16": "BF16", "ComplexFloat": "C64",
        "Long": "I64", "Int": "I32", "Short": "I16", "Char": "I8", "Byte": "U8", "Bool": "BOOL", "Untyped": "U8",
    }.items()
}  # fmt: skip

INERT = frozenset(
    {
        "numpy.ndarray",
        "numpy.dtype",
        "numpy.core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct",
        "numpy._core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct",
        "_codecs.encode",
        "__builtin__.set",
        "builtins.set",
        "__builtin__.object",
        "builtins.object",
        "torch.device",
        "torch.Tensor",
        "torch._utils._rebuild_device_tensor_from_numpy",
        "torch.serialization._get_layout",
        "torch.jit._pickle.build_intlist",
        "torch.jit._pickle.build_doublelist",
        "torch.jit._pickle.build_boollist",
        "torch.jit._pickle.build_tensorlist",
        "torch.jit._pickle.restore_type_tag",
        "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
        "lightning.pytorch.callbacks.model_checkpoint.ModelCheckpoint",
        "lightning_fabric.utilities.data.AttributeDict",
        "pytorch_lightning.utilities.parsing.AttributeDict",
    }
)
"""Names that occur in honest files and say nothing about the weights."""


MOST_SIDES = 64


@dataclass(frozen=True)
class Global:
    """A class or function by name; never looked up."""

    name: str


@dataclass(frozen=True)
class Inert:
    """An object we have no use for."""

    name: str


@dataclass(frozen=True)
class Storage:
    """A row of numbers kept under a key."""

    dtype: str
    key: str
    length: int


@dataclass(frozen=True)
class View:
    """A tensor: a part of a storage; offset, shape and strides in numbers."""

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class Module(dict[Any, Any]):
    """An object of TorchScript, whose parts come as its state."""

    def take(self, state: Any) -> None:
        if isinstance(state, dict):
            self.update(state)


class Parameters(Module):
    """A `ParameterDict`, whose parameters come as the object's state."""

    def take(self, state: Any) -> None:
        if isinstance(state, dict):
            inner = state.get("_parameters")
            found = {**state, **inner} if isinstance(inner, dict) else state
            self.update({name: value for name, value in found.items() if isinstance(value, View)})


def _view(storage: Storage, offset: int, shape: Iterable[int], strides: Iterable[int], *rest: Any) -> View:
    dtype = DTYPES[rest[2].name] if len(rest) > 2 and isinstance(rest[2], Global) else storage.dtype
    view = View(storage, dtype, offset, tuple(shape), tuple(strides))
    numbers = (offset, *view.shape, *view.strides)
    if len(view.shape) != len(view.strides) or len(view.shape) > MOST_SIDES or not all(map(_is_count, numbers)):
        raise ValueError("a tensor's offset, shape or strides make no sense")
    room = storage.length * BITS[storage.dtype] // BITS[dtype]
    if prod(view.shape) > room or offset + Entry(dtype, view.shape, view.strides, 0).span > room:
        raise ValueError(f"a tensor of shape {view.shape} reaches past its {room:,} numbers")
    return view


def _is_count(number: Any) -> bool:
    return isinstance(number, int) and 0 <= number < 1 << 63


def _first(value: Any, *_: Any) -> Any:
    return value


def _pairs(*given: Any) -> dict[Any, Any]:
    return {key: value for pairs in given for key, value in pairs if _is_key(key)}


def _two_by_two(values: list[Any]) -> Iterable[tuple[Any, Any]]:
    return zip(values[::2], values[1::2], strict=True)


def _from_type(function: Global, _type: Any, given: Iterable[Any], *_: Any) -> Any:
    return _call(function, tuple(given))


BUILDERS: Mapping[str, Callable[..., Any]] = {
    "collections.OrderedDict": _pairs,
    "torch.Size": tuple,
    "torch._utils._rebuild_tensor": _view,
    "torch._utils._rebuild_tensor_v2": _view,
    "torch._utils._rebuild_tensor_v3": _view,
    "torch._utils._rebuild_parameter": _first,
    "torch._utils._rebuild_parameter_with_state": _first,
    "torch.nn.parameter.Parameter": _first,
    "torch._tensor._rebuild_from_type_v2": _from_type,
    "torch.nn.modules.container.ParameterDict": lambda *_: Parameters(),
}

NAMES = frozenset({*BUILDERS, *STORAGES, *DTYPES, *INERT})

TORCHSCRIPT = "__torch__."
"""How the classes of a TorchScript file are called, whose code lies beside the pickle and is not read."""


def _is_key(key: Any) -> bool:
    # hashing a tuple that holds itself many times over would take for ever
    return isinstance(key, str | bytes | int | float | None)


def _call(function: Any, given: Any) -> Any:
    if not isinstance(function, Global) or not isinstance(given, tuple):
        raise ValueError("its pickle calls something that has no name")
    if function.name.startswith(TORCHSCRIPT):
        return Module()
    builder = BUILDERS.get(function.name)
    return builder(*given) if builder else Inert(function.name)


@dataclass
class Machine:
    """The stack machine's state while one pickle is read."""

    file: str
    stack: list[Any] = field(default_factory=list)
    outer: list[list[Any]] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        return self.stack.pop()

    def last(self, count: int) -> tuple[Any, ...]:
        if len(self.stack) < count:
            raise ValueError("its pickle takes more than it was given")
        taken = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        return taken

    def since_mark(self) -> list[Any]:
        taken, self.stack = self.stack, self.outer.pop()
        return taken

    def mark(self, _: Any) -> None:
        self.outer.append(self.stack)
        self.stack = []

    def put(self, place: Any) -> None:
        self.memo[len(self.memo) if place is None else place] = self.stack[-1]

    def named(self, name: str) -> Global:
        if name not in NAMES and not name.startswith(TORCHSCRIPT):
            raise UnsafePickleError(self.file, name)
        return Global(name)

    def named_on_stack(self, _: Any) -> None:
        match self.last(2):
            case (str(module), str(name)):
                self.push(self.named(f"{module}.{name}"))
            case _:
                raise ValueError("its pickle names something that has no name")

    def set_items(self, pairs: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, dict):
            target.update(_pairs(_two_by_two(pairs)))

    def append(self, values: Iterable[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(values)

    def call(self, _: Any) -> None:
        function, given = self.last(2)
        self.push(_call(function, given))

    def call_marked(self, _: Any) -> None:
        function, *given = self.since_mark()
        self.push(_call(function, tuple(given)))

    def call_named(self, name: str) -> None:
        function = self.named(name.replace(" ", ".", 1))
        self.push(_call(function, tuple(self.since_mark())))

    def build(self, _: Any) -> None:
        state = self.pop()
        if isinstance(self.stack[-1], Module):
            self.stack[-1].take(state)

    def stored(self, _: Any) -> None:
        match self.pop():
            case ("storage", Global(name), str(key), _, int(length), *rest) if name in STORAGES and not any(rest):
                self.push(Storage(STORAGES[name], key, length))
            case _:
                raise ValueError("its pickle keeps a tensor in a way that is not known")


Instruction: TypeAlias = Callable[[Machine, Any], object]

_PUSHED = (
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4",
    "FLOAT", "BINFLOAT", "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE",
    "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8",
)  # fmt: skip

INSTRUCTIONS: Mapping[str, Instruction] = {
    **dict.fromkeys(_PUSHED, Machine.push),
    **dict.fromkeys(("PROTO", "FRAME", "STOP"), lambda m, _: None),
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"), Machine.put),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), lambda m, place: m.push(m.memo[place])),
    "NONE": lambda m, _: m.push(None),
    "NEWTRUE": lambda m, _: m.push(True),
    "NEWFALSE": lambda m, _: m.push(False),
    "MARK": Machine.mark,
    "POP": lambda m, _: m.pop(),
    "POP_MARK": lambda m, _: m.since_mark(),
    "DUP": lambda m, _: m.push(m.stack[-1]),
    "EMPTY_TUPLE": lambda m, _: m.push(()),
    "EMPTY_LIST": lambda m, _: m.push([]),
    "EMPTY_DICT": lambda m, _: m.push({}),
    "EMPTY_SET": lambda m, _: m.push(Inert("set")),
    "TUPLE1": lambda m, _: m.push(m.last(1)),
    "TUPLE2": lambda m, _: m.push(m.last(2)),
    "TUPLE3": lambda m, _: m.push(m.last(3)),
    "TUPLE": lambda m, _: m.push(tuple(m.since_mark())),
    "LIST": lambda m, _: m.push(m.since_mark()),
    "DICT": lambda m, _: m.push(_pairs(_two_by_two(m.since_mark()))),
    "FROZENSET": lambda m, _: (m.since_mark(), m.push(Inert("frozenset"))),
    "SETITEM": lambda m, _: m.set_items(list(m.last(2))),
    "SETITEMS": lambda m, _: m.set_items(m.since_mark()),
    "ADDITEMS": lambda m, _: m.append(m.since_mark()),
    "APPEND": lambda m, _: m.append(m.last(1)),
    "APPENDS": lambda m, _: m.append(m.since_mark()),
    "GLOBAL": lambda m, name: m.push(m.named(name.replace(" ", ".", 1))),
    "STACK_GLOBAL": Machine.named_on_stack,
    "REDUCE": Machine.call,
    "NEWOBJ": Machine.call,
    "NEWOBJ_EX": lambda m, _: (m.pop(), m.call(None)),
    "OBJ": Machine.call_marked,
    "INST": Machine.call_named,
    "BUILD": Machine.build,
    "BINPERSID": Machine.stored,
}


CODES: Mapping[bytes, tuple[str, Instruction | None, Callable[[Any], Any] | None]] = {
    code.code.encode("latin-1"): (code.name, INSTRUCTIONS.get(code.name), code.arg.reader if code.arg else None)
    for code in pickletools.opcodes
}
"""An instruction's byte → its name, what it does, and what reads its argument from the stream."""


def described(stream: Any, file: str) -> Any:
    """What a pickle describes: dicts, lists, plain values, `View`s, and `Inert` for the rest.

    stream  bytes-like reader (`read`, `readline`); stands after the pickle's end when done
    Raises UnsafePickleError for a name outside `NAMES`, ValueError and its like for a pickle that makes no sense.
    """
    machine = Machine(file)
    code = b""
    while code != pickle.STOP:
        code = stream.read(1)
        name, instruction, argument = CODES.get(code, ("", None, None))
        if instruction is None:
            raise ValueError(f"its pickle holds the instruction {name or code}, which a file of weights does not need")
        instruction(machine, argument(stream) if argument else None)
    return machine.pop()
