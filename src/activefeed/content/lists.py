"""The closed lists of others: Apple's categories, roles, languages, countries, licences.

And the endings of what may lie beside a text. They are written in lists.toml; knows nothing of the
keys that are held against them.
"""

from collections.abc import Collection, Mapping

from activefeed.wording import table

_LISTS = table(__file__)
ENDINGS: Mapping[str, tuple[str, ...]] = {key: (*few,) for key, few in _LISTS["endings"].items()}
# As it is written in the settings → category and subcategory.
APPLE: Mapping[str, tuple[str, str]] = {
    f"{name} > {inner}" if inner else name: (name, inner)
    for name, narrower in _LISTS["apple_categories"].items()
    for inner in ("", *narrower)
}
# Role → its groups.
ROLES: dict[str, tuple[str, ...]] = {role: (*few,) for role, few in _LISTS["roles"].items()}
# What a word may be, by the name of its kind.
WORDS: dict[str, Collection[str]] = {kind: few.split() for kind, few in _LISTS["words"].items()}
WORDS |= {"apple": APPLE, "role": ROLES, "group": {one for few in ROLES.values() for one in few}}
