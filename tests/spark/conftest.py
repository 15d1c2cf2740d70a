"""A small cluster of Spark: a driver and two worker processes, all on this machine."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest


def _java():
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    missing = [
        what
        for what, is_here in (("PySpark (make test-spark)", find_spec("pyspark")),
                              ("Java 17 or newer", _java()))
        if not is_here
    ]  # fmt: skip
    if missing:
        reason = f"Spark needs {' and '.join(missing)}"
        if os.environ.get("CENTRICITY_REQUIRE_SPARK"):
            pytest.fail(reason)
        pytest.skip(reason)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")  # workers, cores and MB of each
        .appName("centricity")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.executor.memory", "700m")
        .config("spark.local.dir", str(folder / "scratch"))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.log.level", "ERROR")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    yield session
    session.stop()
