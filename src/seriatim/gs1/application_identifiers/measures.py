"""How much of it: the measures of trade items (n = number of decimal places) and of logistic units (log)."""

LINES = """
310[0-5] | NET WEIGHT (kg) | n6 | fixed; with 01 02; not siblings
311[0-5] | LENGTH (m) | n6 | fixed; with 01 02; not siblings
312[0-5] | WIDTH (m) | n6 | fixed; with 01 02; not siblings
313[0-5] | HEIGHT (m) | n6 | fixed; with 01 02; not siblings
314[0-5] | AREA (m²) | n6 | fixed; with 01 02; not siblings
315[0-5] | NET VOLUME (l) | n6 | fixed; with 01 02; not siblings
316[0-5] | NET VOLUME (m³) | n6 | fixed; with 01 02; not siblings
320[0-5] | NET WEIGHT (lb) | n6 | fixed; with 01 02; not siblings
321[0-5] | LENGTH (in) | n6 | fixed; with 01 02; not siblings
322[0-5] | LENGTH (ft) | n6 | fixed; with 01 02; not siblings
323[0-5] | LENGTH (yd) | n6 | fixed; with 01 02; not siblings
324[0-5] | WIDTH (in) | n6 | fixed; with 01 02; not siblings
325[0-5] | WIDTH (ft) | n6 | fixed; with 01 02; not siblings
326[0-5] | WIDTH (yd) | n6 | fixed; with 01 02; not siblings
327[0-5] | HEIGHT (in) | n6 | fixed; with 01 02; not siblings
328[0-5] | HEIGHT (ft) | n6 | fixed; with 01 02; not siblings
329[0-5] | HEIGHT (yd) | n6 | fixed; with 01 02; not siblings
330[0-5] | GROSS WEIGHT (kg) | n6 | fixed; with 00 01; not siblings
331[0-5] | LENGTH (m), log | n6 | fixed; with 00 01; not siblings
332[0-5] | WIDTH (m), log | n6 | fixed; with 00 01; not siblings
333[0-5] | HEIGHT (m), log | n6 | fixed; with 00 01; not siblings
334[0-5] | AREA (m²), log | n6 | fixed; with 00 01; not siblings
335[0-5] | VOLUME (l), log | n6 | fixed; with 00 01; not siblings
336[0-5] | VOLUME (m³), log | n6 | fixed; with 00 01; not siblings
337[0-5] | KG PER m² | n6 | fixed; with 01; not siblings
340[0-5] | GROSS WEIGHT (lb) | n6 | fixed; with 00 01; not siblings
341[0-5] | LENGTH (in), log | n6 | fixed; with 00 01; not siblings
342[0-5] | LENGTH (ft), log | n6 | fixed; with 00 01; not siblings
343[0-5] | LENGTH (yd), log | n6 | fixed; with 00 01; not siblings
344[0-5] | WIDTH (in), log | n6 | fixed; with 00 01; not siblings
345[0-5] | WIDTH (ft), log | n6 | fixed; with 00 01; not siblings
346[0-5] | WIDTH (yd), log | n6 | fixed; with 00 01; not siblings
347[0-5] | HEIGHT (in), log | n6 | fixed; with 00 01; not siblings
348[0-5] | HEIGHT (ft), log | n6 | fixed; with 00 01; not siblings
349[0-5] | HEIGHT (yd), log | n6 | fixed; with 00 01; not siblings
350[0-5] | AREA (in²) | n6 | fixed; with 01 02; not siblings
351[0-5] | AREA (ft²) | n6 | fixed; with 01 02; not siblings
352[0-5] | AREA (yd²) | n6 | fixed; with 01 02; not siblings
353[0-5] | AREA (in²), log | n6 | fixed; with 00 01; not siblings
354[0-5] | AREA (ft²), log | n6 | fixed; with 00 01; not siblings
355[0-5] | AREA (yd²), log | n6 | fixed; with 00 01; not siblings
356[0-5] | NET WEIGHT (tr oz) | n6 | fixed; with 01 02; not siblings
357[0-5] | NET VOLUME (oz) | n6 | fixed; with 01 02; not siblings
360[0-5] | NET VOLUME (qt (US)) | n6 | fixed; with 01 02; not siblings
361[0-5] | NET VOLUME (gal.) | n6 | fixed; with 01 02; not siblings
362[0-5] | VOLUME (qt (US)), log | n6 | fixed; with 00 01; not siblings
363[0-5] | VOLUME (gal (US)), log | n6 | fixed; with 00 01; not siblings
364[0-5] | NET VOLUME (in³) | n6 | fixed; with 01 02; not siblings
365[0-5] | NET VOLUME (ft³) | n6 | fixed; with 01 02; not siblings
366[0-5] | NET VOLUME (yd³) | n6 | fixed; with 01 02; not siblings
367[0-5] | VOLUME (in³), log | n6 | fixed; with 00 01; not siblings
368[0-5] | VOLUME (ft³), log | n6 | fixed; with 00 01; not siblings
369[0-5] | VOLUME (yd³), log | n6 | fixed; with 00 01; not siblings
"""
