"""Full text on a PostgreSQL server: words folded as SQLite's index folds them, and an index over them. SQLite has its own."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ACCENTS = "áàâãåāăąçćčďđéèêëēęěğíìîïīįıķłñńňņóòôõøōőŕřśşšșťţțúùûūůűųýÿźżž"
_PLAIN = "aaaaaaaacccddeeeeeeegiiiiiiiklnnnnooooooorrsssstttuuuuuuuyyzzz"
FOLD = f"""
CREATE FUNCTION lohnpegel_folded(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT regexp_replace(
    translate(
      replace(replace(replace(replace(lower(words), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss'), '{_ACCENTS}', '{_PLAIN}'),
    '[^[:alnum:]]+', ' ', 'g')
$$"""
TEXT = """
CREATE FUNCTION lohnpegel_text(title text, employer text, description text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT setweight(to_tsvector('simple', lohnpegel_folded(title)), 'A')
      || setweight(to_tsvector('simple', lohnpegel_folded(coalesce(employer, ''))), 'B')
      || setweight(to_tsvector('simple', lohnpegel_folded(left(description, 200000))), 'D')
$$"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FOLD)
        op.execute(TEXT)
        op.execute("CREATE INDEX ix_posting_text ON posting USING gin (lohnpegel_text(title, employer, description))")
