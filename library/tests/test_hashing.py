"""Hashes see names and contents, and nothing that Python or MLflow adds by themselves."""

import hashlib
from pathlib import Path

import pytest
from modelyard_platform.hashing import file_md5, hash_file, hash_text, hash_tree, package_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model" / "code").mkdir(parents=True)
    (tmp_path / "model" / "code" / "a.py").write_text("a")
    (tmp_path / "model" / "MLmodel").write_text("b")
    return tmp_path / "model"


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes("é".encode())
    assert hash_file(path) == hash_text("é") == hashlib.sha256("é".encode()).hexdigest()
    assert file_md5(path) == hashlib.md5("é".encode(), usedforsecurity=False).hexdigest()


def test_a_folder_is_its_names_and_contents(folder: Path) -> None:
    before = hash_tree(folder)
    assert hash_tree(folder.rename(folder.with_name("moved"))) == before
    moved = folder.with_name("moved")
    (moved / "code" / "a.py").write_text("other")
    edited = hash_tree(moved)
    (moved / "code" / "a.py").write_text("a")
    (moved / "code" / "a.py").rename(moved / "code" / "b.py")
    renamed = hash_tree(moved)
    (moved / "code" / "b.py").rename(moved / "code" / "a.py")
    (moved / "stray").touch()
    assert len({before, edited, renamed, hash_tree(moved)}) == 4


def test_what_python_and_mlflow_add_does_not_count(folder: Path) -> None:
    before = hash_tree(folder)
    (folder / "code" / "__pycache__").mkdir()
    (folder / "code" / "__pycache__" / "a.pyc").write_bytes(b"c")
    (folder / "registered_model_meta").write_text("model_name: m")
    assert hash_tree(folder) == before


def test_a_package_is_all_that_python_imports_of_it(tmp_path: Path) -> None:
    package, shared = tmp_path / "package", tmp_path / "shared"
    for path in (package / "model.py", package / "table.csv", shared / "deep" / "more.py"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (package / "linked").symlink_to("../shared")
    (package / "endless").symlink_to("..")
    for name in (".model.py.swp", "model.py~", "#model.py#", ".DS_Store", "__pycache__/a.pyc"):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).touch()
    (package / ".git").write_text("gitdir: elsewhere")
    (package / ".#model.py").symlink_to("nobody@nowhere:1")
    found = [path.relative_to(package).as_posix() for path in package_files(package)]
    assert found == ["linked/deep/more.py", "model.py", "table.csv"]
