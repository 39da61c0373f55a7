"""Edits of text that a person makes every day."""

from tests.tool.update.corpus.files import function, module
from tests.tool.update.corpus.kinds import ANY, Work, kind
from tests.tool.update.corpus.version import SOURCE

DATA, MODEL = f"{SOURCE}/data.py", f"{SOURCE}/model.py"
TRAIN, PREDICT = f"{SOURCE}/pipelines/train.py", f"{SOURCE}/pipelines/predict.py"


@kind("nothing at all")
def untouched(work: Work) -> None:
    work.bytes_stay(work.read("tests/conftest.py"), "tests/conftest.py")


@kind("adds a function at the end of a module")
def function_at_end(work: Work) -> None:
    work.append(MODEL, "\n\n" + function("mine_last", 5))
    work.text_stays("return round(mine_last_scale, 5)", MODEL)


@kind("adds a function in the middle of a module")
def function_in_middle(work: Work) -> None:
    work.edit(DATA, r"^def sample", function("mine_middle", 6) + "\n\ndef sample")
    work.text_stays("return round(mine_middle_scale, 6)", DATA)
    work.order_stays(["def join", "def mine_middle", "def sample"], DATA)


@kind("adds an import")
def import_added(work: Work) -> None:
    work.edit(DATA, r"^(from __future__.*)$", r"\1\n\nimport mine_import")
    work.text_stays("import mine_import", DATA)


@kind("changes a constant that no version touches")
def constant(work: Work) -> None:
    work.edit("params.yaml", "^seed: 7", "seed: 4711")
    work.text_stays("seed: 4711", "params.yaml")
    work.text_is_gone("seed: 7", "params.yaml")


@kind("changes a constant that the template changes too, to another value", conflict=ANY)
def constant_of_both(work: Work) -> None:
    work.edit("params.yaml", r"threshold: 0\.\d+", "threshold: 0.91")
    work.text_stays("threshold: 0.91", "params.yaml")


@kind("changes a constant to what the template makes of it")
def constant_equal(work: Work) -> None:
    new = "threshold: 0.6" if work.step == "12" else "threshold: 0.65"
    work.edit("params.yaml", r"threshold: 0\.\d+", new)
    work.text_stays(new, "params.yaml")


@kind("writes a comment beside a value that no version touches")
def comment(work: Work) -> None:
    work.edit("params.yaml", "^  depth: 6$", "  depth: 6  # mine: deeper overfits")
    work.text_stays("depth: 6  # mine: deeper overfits", "params.yaml")


@kind("writes a comment on the line that the template changes")
def comment_on_changed_line(work: Work) -> None:
    work.edit("params.yaml", r"(threshold: 0\.\d+)$", r"\1  # mine: agreed in May")
    work.text_stays("# mine: agreed in May", "params.yaml")


@kind("writes a comment above the line that the template changes")
def comment_above_changed_line(work: Work) -> None:
    work.edit("params.yaml", "^(  threshold: )", r"  # mine: ask the board\n\1")
    work.text_stays("# mine: ask the board", "params.yaml")


@kind("adds spaces at the ends of lines")
def whitespace(work: Work) -> None:
    work.edit("tests/conftest.py", "^    tiny_model_shift = value [+] 2$", r"\g<0>   ")
    work.edit("tests/conftest.py", "^    tiny_model_scale = .*$", r"\g<0>  ")
    work.text_stays("tiny_model_shift = value + 2   \n", "tests/conftest.py")


@kind("adds blank lines")
def blank_lines(work: Work) -> None:
    work.edit("docs/runbook.md", "^Run it again by hand.$", "\n\n\nRun it again by hand.")
    work.text_stays("last run.\n\n\n\nRun it", "docs/runbook.md")


@kind("deletes a block that no version touches")
def block_deleted(work: Work) -> None:
    work.edit(DATA, r"def sample(.*\n)+?\n\n", "")
    work.text_is_gone("sample_shift", DATA)


@kind("deletes a block that the template edits", conflict=ANY)
def block_deleted_that_changes(work: Work) -> None:
    name = "clean" if work.step == "23" else "join"
    work.edit(DATA, rf"def {name}(.*\n)+?\n\n", "")
    work.text_is_gone(f"def {name}", DATA)


@kind("edits the line above one that the template edits", conflict=ANY)
def next_to_an_edit(work: Work) -> None:
    work.edit(TRAIN, r"^    judge_shift = value \+ 3", "    judge_shift = value + 333")
    work.edit(TRAIN, r"^    prepare_shift = value \+ 1", "    prepare_shift = value + 111")
    work.text_stays("judge_shift = value + 333", TRAIN)
    work.text_stays("prepare_shift = value + 111", TRAIN)


@kind("edits another function of a module that the template edits")
def far_from_an_edit(work: Work) -> None:
    work.edit(TRAIN, r"round\(main_scale, 4\)", "round(main_scale, 44)")
    work.text_stays("round(main_scale, 44)", TRAIN)


@kind("puts the functions of a module in another order")
def reordered(work: Work) -> None:
    head, *rest = work.text("tests/test_model.py").rstrip("\n").split("\n\n\n")
    work.write("tests/test_model.py", "\n\n\n".join([head, *reversed(rest)]) + "\n")
    work.order_stays(["def test_predict", "def test_fit"], "tests/test_model.py")


@kind("puts functions in another order, one of which the template edits")
def reordered_with_an_edit(work: Work) -> None:
    head, *rest = work.text(TRAIN).rstrip("\n").split("\n\n\n")
    work.write(TRAIN, "\n\n\n".join([head, *reversed(rest)]) + "\n")
    work.order_stays(["def main", "def prepare"], TRAIN)


@kind("writes the same line three times")
def duplicates(work: Work) -> None:
    work.edit("docs/model-card.md", "^(## Limits)$", "- mine, again\n" * 3 + r"\n\1")
    work.text_stays("- mine, again\n", "docs/model-card.md", count=3)


@kind("adds a line that the file has already")
def duplicate_of_a_line(work: Work) -> None:
    work.append("docs/runbook.md", "\n## Rollback\n\nOpen an incident.\n")
    work.text_stays("Open an incident.", "docs/runbook.md", count=2)


@kind("repeats the last line of a list")
def duplicate_at_end(work: Work) -> None:
    path = ".github/workflows/nightly.yml"
    work.append(path, "      - run: make train\n")
    work.text_stays("- run: make train\n", path, count=2)


@kind("writes the line that the template adds, elsewhere in the file")
def same_line_elsewhere(work: Work) -> None:
    line = "Ask in the channel of the platform."
    work.edit("README.md", "^Say what you change", f"{line}\n\nSay what you change")
    work.text_stays(line, "README.md", count=2)


@kind("writes a README of their own", conflict=ANY)
def rewritten(work: Work) -> None:
    work.write("README.md", "# Churn of ours\n\nmine: a different story\n")
    work.text_stays("mine: a different story", "README.md")


@kind("adds a section at the end of the README", conflict=("12", "13"))
def section_at_end(work: Work) -> None:
    work.append("README.md", "\n## Mine\n\nmine: a section at the end\n")
    work.text_stays("mine: a section at the end", "README.md")


@kind("adds a section in the middle of the README")
def section_in_middle(work: Work) -> None:
    work.edit("README.md", "^## Rules$", "## Mine\n\nmine: in the middle\n\n## Rules")
    work.text_stays("mine: in the middle", "README.md")


@kind("runs another formatter over a module of which the template edits a line")
def formatted(work: Work) -> None:
    text = work.text(TRAIN).replace('"""', "'''").replace(" + ", "+").replace(" * ", "*")
    work.write(TRAIN, text)
    work.text_stays("train_shift*3", TRAIN)


@kind("changes a number in a module that the template formats anew", conflict=("23", "13"))
def formatted_by_the_template(work: Work) -> None:
    work.edit(PREDICT, r"score_shift \* 3", "score_shift * 333")
    work.text_stays("score_shift * 333", PREDICT)


@kind("changes a line that the template formats anew", conflict=("23", "13"))
def line_formatted_by_the_template(work: Work) -> None:
    work.edit(PREDICT, r"round\(score_scale, 2\)", "round(score_scale, 222)")
    work.text_stays("222", PREDICT)


@kind("turns the indent of a module into tabs", conflict=ANY)
def tabs(work: Work) -> None:
    work.write(DATA, work.text(DATA).replace("    ", "\t"))
    work.text_stays("\tsave_shift = value + 5", DATA)


@kind("adds a target to the Makefile")
def make_target(work: Work) -> None:
    work.edit("Makefile", "^train:$", "mine:\n\techo mine\n\ntrain:")
    work.text_stays("mine:\n\techo mine\n", "Makefile")


@kind("changes a recipe that the template changes too", conflict=("12", "13"))
def make_recipe(work: Work) -> None:
    work.edit("Makefile", r"^\t\.venv/bin/pytest.*$", "\t.venv/bin/pytest --mine")
    work.text_stays("pytest --mine", "Makefile")


@kind("turns a file to Windows line ends")
def crlf(work: Work) -> None:
    work.write("docs/runbook.md", work.read("docs/runbook.md").replace(b"\n", b"\r\n"))
    work.text_stays("Tell the channel what you found.\r\n", "docs/runbook.md")


@kind("turns a file to Windows line ends and edits it")
def crlf_and_edit(work: Work) -> None:
    work.edit("docs/runbook.md", "^Run it again by hand.$", "Run it again: mine.")
    work.write("docs/runbook.md", work.read("docs/runbook.md").replace(b"\n", b"\r\n"))
    work.text_stays("Run it again: mine.\r\n", "docs/runbook.md")


@kind("adds a row to a file that has Windows line ends")
def crlf_row(work: Work) -> None:
    work.edit("data/sample.csv", "^a1,2024-01,0\r$", "m0,2024-01,1\r\na1,2024-01,0\r")
    work.text_stays("m0,2024-01,1\r\n", "data/sample.csv")


@kind("turns a file with Windows line ends to plain ones")
def crlf_removed(work: Work) -> None:
    work.write("data/sample.csv", work.read("data/sample.csv").replace(b"\r\n", b"\n"))
    work.text_stays("c3,2024-02,0\n", "data/sample.csv")


@kind("edits a file without a newline at its end")
def no_newline(work: Work) -> None:
    work.edit("config/threshold.txt", r"^lower 0\.1$", "lower 0.11")
    work.text_stays("lower 0.11\n", "config/threshold.txt")


@kind("adds a line to a file without a newline at its end")
def no_newline_append(work: Work) -> None:
    work.append("config/threshold.txt", "\nmine 0.7")
    work.text_stays("middle 0.5\nmine 0.7", "config/threshold.txt")


@kind("changes the only line, which has no newline, as the template does", conflict=ANY)
def no_newline_both(work: Work) -> None:
    work.write("VERSION.txt", "9.9.9-mine")
    work.text_stays("9.9.9-mine", "VERSION.txt")


@kind("removes the newline at the end of a file")
def newline_removed(work: Work) -> None:
    work.write("docs/runbook.md", work.read("docs/runbook.md").rstrip(b"\n"))
    work.end_stays("Point them to the warehouse.", "docs/runbook.md")


@kind("removes the newline after the last line, which the template changes")
def newline_removed_from_an_edit(work: Work) -> None:
    work.write("LICENSE", work.read("LICENSE").rstrip(b"\n"))
    work.end_stays(".", "LICENSE")


@kind("edits the line of a document below one that the template edits", conflict=("12", "13"))
def prose_next_to_an_edit(work: Work) -> None:
    work.edit("docs/runbook.md", "^Open an incident.$", "Open an incident: mine.")
    work.text_stays("Open an incident: mine.", "docs/runbook.md")


@kind("writes letters of many languages")
def unicode_text(work: Work) -> None:
    work.edit("docs/Überblick.md", "^Ende.$", "Ende. Größe, größer, ☃ 北京 🚀")
    work.text_stays("Größe, größer, ☃ 北京 🚀", "docs/Überblick.md")


@kind("writes a line in Latin-1")
def latin_1(work: Work) -> None:
    old = work.read("docs/legacy.txt")
    data = old.replace(b"The first model was a table.", b"Das erste war gr\xf6\xdfer.")
    work.write("docs/legacy.txt", data)
    work.text_stays(b"gr\xf6\xdfer.\n".decode("utf-8", "surrogateescape"), "docs/legacy.txt")


@kind("puts a byte order mark at the start of a file")
def byte_order_mark(work: Work) -> None:
    work.write("config/prod.yaml", b"\xef\xbb\xbf" + work.read("config/prod.yaml"))
    work.text_stays("\ufefflevel: warning", "config/prod.yaml")


@kind("writes Jinja into a document")
def jinja_text(work: Work) -> None:
    work.edit("README.md", "^Say what", "{{ mine }} {% raw %} {# mine #}\n\nSay what")
    work.text_stays("{{ mine }} {% raw %} {# mine #}", "README.md")


@kind("writes lines that look like the marks of a conflict")
def marker_like(work: Work) -> None:
    marks = "mine one\n=======\nmine two\n|||||||\n-------\n"
    work.edit("docs/runbook.md", "^Point them to", f"{marks}Point them to")
    work.text_stays(marks, "docs/runbook.md")


@kind("adds a line to .gitignore, as the template does")
def ignored_more(work: Work) -> None:
    work.append(".gitignore", "mine-only/\n")
    work.text_stays("mine-only/", ".gitignore")


@kind("adds many lines of tests")
def many_tests(work: Work) -> None:
    names = [f"test_mine_{number}" for number in range(60)]
    work.write("tests/test_mine.py", module("Many.", *names))
    work.append("tests/test_data.py", "\n\n" + module("More.", *names))
    work.text_stays("test_mine_59_scale, 60)", "tests/test_mine.py")
    work.text_stays("test_mine_59_scale, 60)", "tests/test_data.py")


@kind("moves a function into a module of their own")
def function_moved(work: Work) -> None:
    work.edit(DATA, r"def save(.*\n)+?    return .*\n", "from churn.mine import save\n")
    work.write(f"{SOURCE}/mine.py", function("save", 55))
    work.text_stays("from churn.mine import save", DATA)
    work.text_stays("save_scale, 55", f"{SOURCE}/mine.py")


@kind("edits a module in every function", conflict=("12", "13"))
def everywhere(work: Work) -> None:
    lines = work.text(MODEL).splitlines(keepends=True)
    text = "".join(line.replace("value + ", "value + 1000 + ") for line in lines)
    work.write(MODEL, text.replace("_shift * ", "_shift * 7 * "))
    work.text_stays("explain_shift = value + 1000 + 3", MODEL)
