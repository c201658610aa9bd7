"""Every edit that a form, a menu or drag and drop makes, as a pure function: documents in, new documents out.

The input is never changed, what an edit does not touch is shared with the result, and what cannot be done raises
ManifestError with a sentence for the person. The verbs of `fields` take a path and give documents; the others take the
address of what they change and give `Edited`: documents, the address to select next, and notes.
"""
