"""Runs verbs of one generated repo, each in a fork of one process that has imported the rest.

Started by the Python of the repo, on its machine. For each line, a call as JSON, it prints the exit
code. What is imported here are the large packages alone: the library and the owner's modules are
imported by each verb, as are the settings of the environment that it is called with.
"""

import gc
import importlib
import json
import os
import runpy
import sys

# As the library sets them before it imports the same.
os.environ |= {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "OMP_WAIT_POLICY": "PASSIVE",
    "DVC_NO_ANALYTICS": "1",
}
IMPORTED = (
    *("dvc.repo", "matplotlib.figure", "mlflow", "mlflow.sklearn", "pandas", "pandera.pandas"),
    *("sklearn.compose", "sklearn.ensemble", "sklearn.inspection", "sklearn.metrics"),
)


def become(call: dict[str, object]) -> None:
    """Be the process of a verb from here on."""
    for number, file in ((0, os.devnull), (1, call["out"]), (2, call["told"])):
        opened = os.open(str(file), os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(call["env"])  # type: ignore[call-overload]  # an object, as all of JSON
    os.chdir(str(call["folder"]))
    sys.argv = call["words"]  # type: ignore[assignment]  # as above
    runpy.run_path(sys.argv[0], run_name="__main__")


def main() -> None:
    """Answer calls until the input ends."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            # It ends as a process of its own does, with all that runs at an exit.
            return become(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
