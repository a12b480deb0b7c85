"""Every limit of this room in one place, with the place its number comes from."""

TEXT_LENGTH_MAX = 4_296
"""Characters handed to an encoder: the most a QR code 40-L can hold (ISO/IEC 18004)."""

IMAGE_PIXELS_MAX = 40_000_000
"""Pixels of a picture, checked on the file's header before any pixel is unpacked."""
IMAGE_FILE_BYTES_MAX = 100_000_000
"""Bytes of a picture file."""
JPEG_SEGMENTS_MAX = 10_000
"""Segments (and fill bytes) before the picture data of a JPEG file; real ones have a few dozen."""
JPEG_PASSES_MAX = 100
"""Scans of a progressive JPEG; usual are 6 to 10, and each one costs as much as a picture."""
IMAGE_SIDE_MIN = 8
"""Pixels; the smallest Data Matrix is 8 modules high, so nothing smaller holds a code."""
READS_MAX = 255
"""Symbols per picture: the decoder's own cap per call."""

READ_DEADLINE_MS = 500.0
"""Default time for one reading call in milliseconds; a line sets its own, from the way to its reject point."""
PITCH_FAST_MIN = 3.0
"""Pixels per module below which the decoder misses clean codes, so that the picture is enlarged first."""
PLAY_MODULES_MAX = 40
"""How far a code may stray from its taught-in pose; the search grows with its square."""
TURN_DEGREES_MAX = 45
DOUBLED_PIXELS_MAX = 4_000_000
"""A picture larger than this is not enlarged for a second look: one such step would outlast the whole budget."""

RASTER_DOTS_MAX = 40_000_000
"""Dots of one rendered label or symbol."""
SCALE_MAX = 200
"""Pixels or dots per module."""
X_TOLERANCE = 0.01
"""Share by which a module may miss a whole number of printer dots. 0.254 mm at 203 dpi (0.250) is refused."""
DARK_BELOW = 128
"""Gray value below which a drawn dot is ink."""

LABEL_SIDE_MM_MAX = 1_000.0
LABEL_ELEMENTS_MAX = 100
LABEL_TEXT_MAX = 500
"""Characters of one text line on a label."""
TEXT_SHRINK_MIN = 0.6
"""A line that does not fit may be set smaller, down to this share of its size."""
TEMPLATE_BYTES_MAX = 60_000
"""Characters of a template; it must pass through a form of 64 KiB."""
LOGO_BYTES_MAX = 40_000
"""Bytes of a PNG inside a template, where it stands as base64."""
LOGO_PIXELS_MAX = 4_000_000
WRAPPED_LINES_MAX = 20
"""Lines that one text of a label may be broken into."""

FRAME_SIDE_MIN = 32
"""Pixels of a synthetic frame."""
FRAME_SIDE_MAX = 8_192
PITCH_MIN = 1.0
"""Pixels per module of a synthetic frame."""
PITCH_MAX = 60.0
FRAMES_MAX = 1_000_000
"""Frames of one synthetic stream or folder."""
NEIGHBOURS_MAX = 16
"""Packs beside the one in question."""

GRADE_PIXELS_PER_MODULE_MIN = 5.0
"""Below, optics alone lower modulation: a perfect print at 3 pixels per module measures grade 3."""
GRADE_PIXELS_TOLERANCE = 0.01
"""Share by which a measured pitch may miss it: a station set to exactly 5 measures a little less at times."""
