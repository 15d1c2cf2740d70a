"""Models and fits as plain JSON, to be read by anything and loaded years later."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import a_type, did_you_mean, problem
from centricity.clv._base import Model
from centricity.clv.fit import Fit

_FORMAT = 1


def save(what: Model | Fit[Any], path: str | os.PathLike[str]) -> None:
    """Write a model or a fit to a JSON file; `load` gives back an equal one.

    Parameters
    ----------
    what : Model or Fit
        A fit is written with its standard errors and verdict, without the customers.
    path : path
        An existing file is overwritten.

    Raises
    ------
    TypeError
        If it is neither.

    Examples
    --------
    >>> import tempfile
    >>> from centricity.clv import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/model.json")
    ...     load(f"{folder}/model.json") == model
    True
    """
    if isinstance(what, Fit):
        content = {"fit": _fit_to_dict(what), "model": what.model.to_dict()}
    elif isinstance(what, Model):
        content = {"model": what.to_dict()}
    else:
        rule = "Models and fits can be saved"
        raise problem("clv.save", f"{a_type(what)} was given", rule, "Save fit or fit.model",
                      TypeError)  # fmt: skip
    text = json.dumps({"centricity": _FORMAT, **content}, indent=2, allow_nan=False)
    Path(path).write_text(text + "\n", encoding="utf-8")


def load(path: str | os.PathLike[str]) -> Any:  # noqa: ANN401
    """Read a model or a fit that `save` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    Model or Fit
        What was saved, to the last digit: ready for predictions, without the customers.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is not such a JSON file, or names a model that does not exist.

    Examples
    --------
    >>> import tempfile
    >>> from centricity.clv import ShiftedBetaGeometric
    >>> fit = ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(fit, f"{folder}/fit.json")
    ...     again = load(f"{folder}/fit.json")
    >>> again == fit, again.cov.equals(fit.cov)
    (True, True)
    """
    where = "clv.load"
    rule = "The file must be one that clv.save wrote"
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        says = f"there is no file '{path}'"
        raise problem(where, says, rule, error=FileNotFoundError) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise problem(where, f"{Path(path).name} is not JSON ({error})", rule) from None
    if not isinstance(content, dict) or "model" not in content:
        raise problem(where, f"{Path(path).name} holds no model", rule)
    if content.get("centricity") != _FORMAT:
        says = f"{Path(path).name} has format {content.get('centricity')!r}"
        raise problem(where, says, f"This version reads format {_FORMAT}", "Update centricity")
    try:
        model = _model(content["model"])
        return _fit_from_dict(content["fit"], model) if "fit" in content else model
    except (KeyError, TypeError, AttributeError) as error:
        raise problem(where, f"{Path(path).name} is incomplete ({error!r})", rule) from None


def _model(content: dict[str, Any]) -> Model:
    from centricity import clv

    kinds = {
        name: kind
        for name in clv.__all__
        if isinstance(kind := getattr(clv, name), type) and issubclass(kind, Model)
    }
    name = content["class"]
    if name not in kinds:
        rule = did_you_mean(str(name), sorted(kinds))
        raise problem("clv.load", f"there is no model '{name}'", rule, "Update centricity")
    return kinds[name].from_dict(content)


def _fit_to_dict(fit: Fit[Any]) -> dict[str, Any]:
    cov = fit.cov.to_numpy(dtype=float)
    return {
        "cov": None if np.isnan(cov).any() else cov.tolist(),
        "loglike": fit.loglike,
        "n": fit.n,
        "converged": fit.converged,
        "remarks": list(fit.remarks),
        "gradient": fit.gradient.tolist() if np.isfinite(fit.gradient).all() else None,
        "moments": list(fit.moments),
    }


def _fit_from_dict(content: dict[str, Any], model: Model) -> Fit[Any]:
    names = list(model.params.index)
    cov = content["cov"]
    values = np.full((len(names),) * 2, np.nan) if cov is None else np.array(cov, dtype=float)
    gradient = content["gradient"]
    return Fit(
        model=model,
        cov=pd.DataFrame(values, index=names, columns=names),
        loglike=float(content["loglike"]),
        n=int(content["n"]),
        converged=bool(content["converged"]),
        remarks=tuple(content["remarks"]),
        gradient=np.full(len(names), np.nan) if gradient is None else np.array(gradient),
        moments=tuple(content["moments"]),
    )
