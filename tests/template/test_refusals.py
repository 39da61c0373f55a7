"""What no answer may be: each is refused with a message that says what to write instead."""

import shutil
from collections.abc import Callable

import pytest

from tests.template.questions import SUITE, rendered

NAMES = ("project_slug", "package")
TEXTS = ("project_name", "description", "owner")

Refuse = Callable[[str, str], str]


@pytest.fixture(scope="module")
def refusal(tmp_path_factory: pytest.TempPathFactory) -> Refuse:
    """Give the message with which a question refuses an answer."""
    # The questions are all that it takes, and without git they are asked at once.
    folder = tmp_path_factory.mktemp("questions")
    shutil.copy(SUITE / "copier.yml", folder)
    shutil.copytree(SUITE / "choices", folder / "choices")
    (folder / "template" / "model").mkdir(parents=True)

    def refuse(question: str, answer: str) -> str:
        with pytest.raises(ValueError, match=f"for question '{question}'") as refused:
            rendered(folder, folder / "repo", **{question: answer})
        return str(refused.value)

    return refuse


@pytest.mark.parametrize("question", NAMES)
@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Flights",
        "2nd",
        "_flights",
        "-flights",
        "flights_",
        "flights-",
        "flights__late",
        "flights--late",
        "flights/late",
        "flights\\late",
        "../flights",
        "flights.late",
        "flights late",
        "flüge",
        "flights\n",
        "{{ flights }}",
        "x" * 41,
    ],
)
def test_an_identifier_refuses_what_is_none(question: str, answer: str, refusal: Refuse) -> None:
    message = refusal(question, answer)
    assert "Use at most 40 lower-case letters, digits and single" in message
    assert "for example: flight" in message


@pytest.mark.parametrize("question", NAMES)
@pytest.mark.parametrize("answer", ["class", "match", "zenml", "mlflow", "dvc", "json", "platform"])
def test_an_identifier_refuses_a_name_that_is_taken(
    question: str, answer: str, refusal: Refuse
) -> None:
    message = refusal(question, answer)
    assert f'called "{answer}": add to it, for example {answer}' in message


@pytest.mark.parametrize(
    "slug", ["scikit-learn", "typing-extensions", "dvc-s3", "end-of-file-fixer"]
)
def test_the_slug_refuses_the_name_of_a_package_or_command(slug: str, refusal: Refuse) -> None:
    assert f"{slug}-model" in refusal("project_slug", slug)


@pytest.mark.parametrize("question", TEXTS)
@pytest.mark.parametrize("text", ["", "   ", "\u2003"])
def test_a_text_refuses_to_be_blank(question: str, text: str, refusal: Refuse) -> None:
    message = refusal(question, text)
    assert "Write at least one word, for example: " in message


@pytest.mark.parametrize("question", TEXTS)
@pytest.mark.parametrize(
    "character", list("\0\t\n\r\x1b\x7f\x85\x9f\u2028\u2029\ufffe\uffff\ud800")
)
def test_a_text_refuses_what_does_not_print(question: str, character: str, refusal: Refuse) -> None:
    message = refusal(question, f"late{character}flights")
    assert "take out line breaks, tabs and control characters" in message


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        ("mlflow.example.com", "Write an http or https address"),
        ("ftp://mlflow.example.com", "Write an http or https address"),
        ("https://", "Write an http or https address"),
        ("https://mlflow.example.com/?a=b", "Write an http or https address"),
        ("https://mlflow.example.com\n", "Write an http or https address"),
        ("https://me:secret@mlflow.example.com", "MLFLOW_TRACKING_PASSWORD"),
    ],
)
def test_the_tracking_server_is_an_address_without_password(
    address: str, fix: str, refusal: Refuse
) -> None:
    assert fix in refusal("tracking_uri", address)


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        ("packages.example.com/simple", "Write an http or https address"),
        ("file:///srv/packages", "Write an http or https address"),
        ("https://", "Write an http or https address"),
        ("https://packages.example.com/simple?token=abc", "Write an http or https address"),
        ('https://packages.example.com/simple"', "Write an http or https address"),
        ("https://packages.example.com/$(id)", "Write an http or https address"),
        ("https://packages.example.com/simple\n", "Write an http or https address"),
        ("https://__token__:secret@packages.example.com/simple", "UV_INDEX_LIBRARY_PASSWORD"),
        ("https://secret@packages.example.com/simple", "UV_INDEX_LIBRARY_PASSWORD"),
    ],
)
def test_the_package_index_is_an_address_without_password(
    address: str, fix: str, refusal: Refuse
) -> None:
    assert fix in refusal("library_index", address)


@pytest.mark.parametrize(
    ("address", "fix"),
    [
        ("bucket/path", "Write an s3://, gs://, azure:// or ssh:// address"),
        ("https://host/path", "Write an s3://, gs://, azure:// or ssh:// address"),
        ("s3://", "Write an s3://, gs://, azure:// or ssh:// address"),
        ("s3://bucket/a b", "Write an s3://, gs://, azure:// or ssh:// address"),
        ("../elsewhere", "the absolute path of a shared folder"),
        ("/mnt/data\n", "the absolute path of a shared folder"),
        ("ssh://me:secret@host/path", "Leave the password out"),
    ],
)
def test_the_storage_is_an_address_without_password(
    address: str, fix: str, refusal: Refuse
) -> None:
    assert fix in refusal("dvc_remote", address)
