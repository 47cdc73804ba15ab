"""Words without blanks at their ends and domains in one form, whoever writes them."""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach_admin.db.declarations import Declaration, Model, call, function, trigger
from outreach_admin.db.objects import SqlObject

# the name comes before those of the triggers that file and guard rows by their words
TRIGGER = "a_clean"
BODY = """RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    {statements}
    RETURN NEW;
END
$$"""
# cheaper than a call for each row: a first or last letter up to the blank, or beyond ASCII
BLANK_ENDS = "(NEW.{column} COLLATE \"C\" < '!' OR right(NEW.{column}, 1) COLLATE \"C\" < '!')"
BEYOND_ASCII = "octet_length(NEW.{column}) <> char_length(NEW.{column})"
OTHER_FORM = (r"NEW.{column} ~ '[^a-z0-9._-]|\.$'", "NEW.{column} = ''")


@dataclass(frozen=True)
class Words(Declaration):
    """Trim and NFC-normalise `columns`, and bring `domains` into one form, before rows are written.

    Nothing is NULL where the column may be. What a domain was given as is kept in the JSON object
    of the column `beside` when more than its case went away. Rows that are clean cost no call.
    """

    columns: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    beside: str = ""

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the function that cleans and the trigger that calls it for rows that need it."""
        name = f"clean_{model._meta.model_name}"
        cleaning = function(model, name, BODY.format(statements="\n    ".join(self._text(model))))
        yield cleaning
        written = ", ".join((*self.columns, *self.domains))
        yield trigger(
            model,
            TRIGGER,
            f"BEFORE INSERT OR UPDATE OF {written}",
            f"FOR EACH ROW WHEN ({' OR '.join(self._unclean(model))})",
            call(cleaning.key.name),
        )

    def _text(self, model: Model) -> Iterator[str]:
        for column in self.columns:
            yield _assigned(model, column, f"governance.tidy_word(NEW.{column})")
        for column in self.domains:
            if self.beside:
                kept = f"governance.with_given_domain(NEW.{self.beside}, NEW.{column})"
                yield f"NEW.{self.beside} := {kept};"
            yield _assigned(model, column, f"governance.domain_form(NEW.{column})")

    def _unclean(self, model: Model) -> Iterator[str]:
        for column in self.columns:
            ends = BLANK_ENDS.format(column=column)
            # the empty text comes before every letter, and stays where NULL cannot be
            yield ends if _may_be_null(model, column) else f"NEW.{column} <> '' AND {ends}"
            yield BEYOND_ASCII.format(column=column)
        for column in self.domains:
            form, empty = (test.format(column=column) for test in OTHER_FORM)
            yield form
            if _may_be_null(model, column):
                yield empty


def _assigned(model: Model, column: str, value: str) -> str:
    if _may_be_null(model, column):
        value = f"nullif({value}, '')"
    return f"NEW.{column} := {value};"


def _may_be_null(model: Model, column: str) -> bool:
    return bool(model._meta.get_field(column).null)
