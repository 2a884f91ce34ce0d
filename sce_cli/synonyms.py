"""Other words for what `sce` calls by one name: some are accepted, others are answered with the right one."""

SPELLINGS = {
    "--lr": "--learning-rate",
    "--learningrate": "--learning-rate",
    "--optimiser": "--optimizer",
    "--opt": "--optimizer",
    "--normalise": "--normalize",
    "--no-standardise": "--no-standardize",
    "--classnames": "--names",
    "--class-names": "--names",
    "--batchsize": "--batch-size",
    "--testfraction": "--test-fraction",
    "--stepsize": "--step-size",
    "--count": "--counts",
    "--logit": "--logits",
    "--l2-penalty": "--l2",
}
"""Options that are accepted under these names too."""

FLAGS = {"--bits": "--base=2", "--nats": "--base=e", "--dits": "--base=10", "--hartleys": "--base=10"}
"""Flags that are accepted for an option with its value."""

LISTS = ("--counts", "--names", "--logits", "--target", "--prediction")
"""Options that take a list, which may come with blanks between its values."""

MEANT = {
    "--eta": ("--learning-rate",),
    "--alpha": ("--learning-rate",),
    "--rate": ("--learning-rate",),
    "--h": ("--step-size",),
    "--tau": ("--temperature",),
    "--t": ("--temperature",),
    "--l": ("--label",),
    "--iterations": ("--epochs",),
    "--iters": ("--epochs",),
    "--steps": ("--epochs",),
    "--lambda": ("--l2",),
    "--weight-decay": ("--l2",),
    "--regularization": ("--l2",),
    "--momentum": ("--optimizer=momentum",),
    "--adam": ("--optimizer=adam",),
    "--sgd": ("--optimizer=sgd",),
    "--newton": ("--optimizer=newton",),
    "--float32": ("--dtype=float32",),
    "--double": ("--dtype=float64",),
    "--true": ("--target",),
    "--predicted": ("--prediction",),
    "--scores": ("--logits",),
    "--z": ("--logits",),
    "--save-model": ("--save",),
    "--out": ("--output",),
    "--language": ("--lang",),
    "--interactive": ("--step",),
    "--colours": ("--names",),
    "--colors": ("--names",),
    "--classes": ("--names",),
    "--balls": ("--counts",),
    "--eps": ("--step-size", "--smoothing"),
    "--epsilon": ("--step-size", "--smoothing"),
    "--test-size": ("--test-fraction",),
    "--input": ("--data",),
    "--dataset": ("--data",),
    "--csv": ("--data",),
    "--target-column": ("--label-column",),
    "--class": ("--label", "--label-column"),
    "--q": ("--target",),
    "--p": ("--prediction",),
    "--pred": ("--prediction",),
    "--probs": ("--prediction",),
    "--figure": ("--plot",),
    "--unit": ("--base",),
    "--units": ("--base",),
    "--precision": ("--dtype",),
    "--delta": ("--step-size",),
    "--dx": ("--step-size",),
    "--sep": ("--delimiter",),
    "--separator": ("--delimiter",),
    "--delim": ("--delimiter",),
    "--y": ("--label", "--label-column"),
    "--target": ("--label-column",),
    "--true-label": ("--label",),
    "--label": ("--label-column",),
    "--columns": ("--features",),
    "--cols": ("--features",),
    "--usecols": ("--features",),
    "--feature": ("--features",),
    "--inputs": ("--features",),
    "--optimizers": ("--compare",),
    "--optimisers": ("--compare",),
    "--split": ("--test-fraction",),
    "--test-split": ("--test-fraction",),
    "--test-ratio": ("--test-fraction",),
    "--validation-split": ("--test-fraction",),
    "--holdout": ("--test-fraction",),
    "--reg": ("--l2",),
    "--regularisation": ("--l2",),
    "--penalty": ("--l2",),
    "--l2-reg": ("--l2",),
    "--wd": ("--l2",),
    "--random-state": ("--seed",),
    "--random-seed": ("--seed",),
    "--rng": ("--seed",),
    "--index": ("--row",),
    "--i": ("--row",),
    "--example": ("--row",),
    "--sample": ("--row",),
    "--e": ("--epochs",),
    "--n": ("--names", "--epochs"),
    "--d": ("--data",),
    "--max-iter": ("--epochs",),
    "--data": ("--counts",),
    "--file": ("--data",),
    "--onehot": ("--label",),
    "--one-hot": ("--label",),
}
"""Words for options that mean another one, or one with its value: the first that the command has."""

WRITTEN = {
    ".png": "--plot",
    ".svg": "--plot",
    ".pdf": "--plot",
    ".html": "--handout",
    ".md": "--handout",
    ".npz": "--save",
    ".csv": "--history",
}
"""The option that writes a file with an ending."""

FILES = ("--output", "--out", "--o", "--save", "--save-model", "--figure", "--file", "--write", "--export")
"""Words for an option that writes a file."""

ARGUMENTS = ("--model", "--chapter", "--lesson", "--demo", "--program", "--script", "--file")
"""Words for what stands behind a command without an option."""

ALWAYS = {"--normalize": "--standardize", "--normalise": "--standardize", "--standardise": "--standardize"}
ALWAYS |= {"--scale": "--standardize"}
"""Words for what is done unless an option that begins with --no says otherwise."""

YES = frozenset({"yes", "true", "on", "0", "1", "first", "infer"})
NO = frozenset({"no", "none", "false", "off"})
"""What may stand behind them."""

COMMANDS = {
    "kl": "entropy",
    "kl-divergence": "entropy",
    "divergence": "entropy",
    "ce": "entropy",
    "cross-entropy": "entropy",
    "crossentropy": "entropy",
    "surprise": "entropy",
    "likelihood": "mle",
    "maximum-likelihood": "mle",
    "bernoulli": "mle",
    "balls": "mle",
    "coin": "mle",
    "logits": "softmax",
    "temperature": "softmax",
    "gradient": "grad",
    "jacobian": "grad",
    "backprop": "grad",
    "derivative": "grad",
    "grade": "check",
    "homework": "check",
    "student": "check",
    "students": "check",
    "verify": "check",
    "fit": "train",
    "learn": "train",
    "classifier": "train",
    "classify": "predict",
    "apply": "predict",
    "quiz": "lesson 1",
    "chapter": "lesson",
    "chapters": "lesson",
    "lessons": "lesson",
    "tutorial": "lesson 1",
    "teach": "lesson 1",
    "start": "lesson 1",
    "list": "lesson",
    "demo": "play",
    "demos": "play",
    "demonstration": "play",
    "playground": "play",
    "animate": "play",
    "watch": "play",
}
"""Words for commands that mean another one, with its first arguments."""
