"""The map: files become a Site, a Site becomes a Tree, a Plan takes the Tree to a store.

::

    activefeed.toml, episodes/, posts/, pages/
        -- content --> Site -- render --> Tree -- publish --> Plan -- apply --> Outcome
                                  ^                  ^
                          Published: what the target already holds, read first

Data flows one way, as values. ``pipeline`` is the only module that joins the stages.
"""

__version__ = "0.1.0"
