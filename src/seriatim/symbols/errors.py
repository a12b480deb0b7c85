"""What can go wrong with a code as a picture, each with a fixed machine-readable code.

SymbolError (ValueError)   the content, an option or a size does not allow the picture that was asked for
`-- ImageError             the picture handed in is not one that can be read

Bad content is not among them: what GS1 refuses is raised by :mod:`seriatim.gs1` as `GS1Error`, which names the AI.
"""

__all__ = ["ImageError", "SymbolError"]


class SymbolError(ValueError):
    """A symbol or label that cannot be made as asked for; `code` stays, the words may change."""

    code: str
    """Machine-readable reason: format, option, content, does_not_fit, x_dimension, template, text, ..."""
    element: int | None
    """Index of the label element at fault, where there is one."""
    offer_mm: float | None
    """For `x_dimension`: the next larger module width in mm that the printer can print; else None."""
    offers: tuple[str, ...]
    """For `does_not_fit`: the smallest sizes that would hold the content, such as "24x24"."""

    def __init__(
        self,
        message: str,
        *,
        code: str,
        offer_mm: float | None = None,
        offers: tuple[str, ...] = (),
        element: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.element = element
        self.offer_mm = offer_mm
        self.offers = offers

    def __reduce__(self) -> tuple[object, ...]:
        """Also from one process to another: an error that cannot travel would break the whole pool of workers."""
        return _remade, (type(self), str(self), self.__dict__)


class ImageError(SymbolError):
    """A picture that cannot be read: `not_an_image`, `image_too_large`, `image_empty`, `unsupported_pixels`,
    `several_pictures`, `image_too_small`.
    """


def _remade(kind: type[SymbolError], message: str, facts: dict[str, object]) -> SymbolError:
    error = kind.__new__(kind)
    ValueError.__init__(error, message)
    error.__dict__.update(facts)
    return error
