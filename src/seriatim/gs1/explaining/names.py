"""What each field of a code is, in words that need no standard at hand.

>>> name_of("17"), name_of("3103")
('Expiry date', 'Net weight')
"""

from functools import cache

from seriatim.gs1.table import ENTRIES

_NAMES = """
00 Number of a logistic unit (SSCC) | 01 Kind of product (GTIN) | 02 Kind of product inside (GTIN)
03 Kind of made-to-order product (GTIN) | 10 Lot | 11 Production date | 12 Due date of payment | 13 Packing date
15 Best before | 16 Sell by | 17 Expiry date | 20 Variant | 21 Serial number | 22 Consumer product variant
235 Serial given by a third party (TPX) | 240 Additional product identification | 241 Customer's part number
242 Made-to-order variation | 243 Packaging component number | 250 Serial number of a component
251 Source entity | 253 Document (GDTI) | 254 Place inside the location (GLN extension) | 255 Coupon (GCN)
30 Count of items | 37 Count of products inside | 390 Amount payable or coupon value | 391 Amount payable, with currency
392 Price | 393 Price, with currency | 394 Percentage off | 395 Price per unit of measure
310 Net weight | 311 Length | 312 Width | 313 Height | 314 Area | 315 Net volume | 316 Net volume | 320 Net weight
321 Length | 322 Length | 323 Length | 324 Width | 325 Width | 326 Width | 327 Height | 328 Height | 329 Height
330 Gross weight | 331 Length, with packaging | 332 Width, with packaging | 333 Height, with packaging
334 Area, with packaging | 335 Volume, with packaging | 336 Volume, with packaging | 337 Weight per square metre
340 Gross weight | 341 Length, with packaging | 342 Length, with packaging | 343 Length, with packaging
344 Width, with packaging | 345 Width, with packaging | 346 Width, with packaging | 347 Height, with packaging
348 Height, with packaging | 349 Height, with packaging | 350 Area | 351 Area | 352 Area | 353 Area, with packaging
354 Area, with packaging | 355 Area, with packaging | 356 Net weight | 357 Net weight or volume | 360 Net volume
361 Net volume | 362 Volume, with packaging | 363 Volume, with packaging | 364 Net volume | 365 Net volume
366 Net volume | 367 Volume, with packaging | 368 Volume, with packaging | 369 Volume, with packaging
400 Customer's order number | 401 Consignment (GINC) | 402 Shipment (GSIN) | 403 Routing code
410 Ship to (GLN) | 411 Bill to (GLN) | 412 Purchased from (GLN) | 413 Ship for (GLN) | 414 Place (GLN)
415 Pay to (GLN) | 416 Place of production or service (GLN) | 417 Party (GLN) | 420 Postal code of the destination
421 Country and postal code of the destination | 422 Country of origin | 423 Countries of first processing
424 Country of processing | 425 Countries of disassembly | 426 Country of the whole processing
427 Region of origin | 4300 Ship to: company | 4301 Ship to: contact | 4302 Ship to: address
4303 Ship to: address, second line | 4304 Ship to: suburb | 4305 Ship to: town | 4306 Ship to: region
4307 Ship to: country | 4308 Ship to: telephone | 4309 Ship to: position | 4310 Return to: company
4311 Return to: contact | 4312 Return to: address | 4313 Return to: address, second line | 4314 Return to: suburb
4315 Return to: town | 4316 Return to: region | 4317 Return to: country | 4318 Return to: postal code
4319 Return to: telephone | 4320 Service | 4321 Dangerous goods | 4322 May be left without signature
4323 Signature required | 4324 Deliver not before | 4325 Deliver not after | 4326 Release date
4330 Highest temperature | 4331 Highest temperature | 4332 Lowest temperature | 4333 Lowest temperature
7001 NATO stock number | 7002 Meat cut (UN/ECE) | 7003 Expiry date and time | 7004 Active potency
7005 Catch area | 7006 First frozen on | 7007 Harvested on | 7008 Species (FAO) | 7009 Fishing gear
7010 Production method | 7011 Test by | 7020 Refurbishment lot | 7021 Functional status | 7022 Revision status
7023 Assembly it belongs to (GIAI) | 703 Processor | 7040 Unique identifier with extensions (EU tobacco)
7041 Kind of freight unit | 710 German medicine number (PZN) | 711 French medicine number (CIP)
712 Spanish medicine number (CN) | 713 Brazilian medicine number (DRN) | 714 Portuguese medicine number (AIM)
715 US medicine number (NDC) | 716 Italian medicine number (AIC) | 717 Costa Rican medicine number
723 Certification | 7240 Protocol | 7241 Kind of data carrier | 7242 Version control number
7250 Date of birth | 7251 Date and time of birth | 7252 Biological sex | 7253 Family name | 7254 Given name
7255 Name suffix | 7256 Full name | 7257 Address of the person | 7258 Order of birth | 7259 Name of the baby
8001 Roll: width, length, core, winding, splices | 8002 Mobile phone identifier | 8003 Returnable asset (GRAI)
8004 Asset (GIAI) | 8005 Price per unit of measure | 8006 Piece of a product (ITIP) | 8007 Bank account (IBAN)
8008 Production date and time | 8009 Sensor indicator | 8010 Component or part (CPID)
8011 Serial number of the component | 8012 Software version | 8013 Product model (GMN)
8014 Highly individualised device (MUDI) | 8017 Service provider (GSRN) | 8018 Service recipient (GSRN)
8019 Number of the service relation (SRIN) | 8020 Payment reference | 8026 Pieces of a product inside (ITIP)
8030 Digital signature | 8040 IMEI | 8041 Second IMEI | 8042 Embedded SIM | 8043 Physical SIM | 8110 Coupon (North America)
8111 Loyalty points | 8112 Paperless coupon (North America) | 8200 Web address of the product
90 Agreed between trading partners | 9 Company's own data
"""


def name_of(ai: str) -> str:
    """The field in words; "" for an application identifier that is not assigned."""
    if ai not in ENTRIES:
        return ""
    names = _names()
    return next((names[ai[:length]] for length in (4, 3, 2, 1) if ai[:length] in names), ENTRIES[ai].title)


@cache
def _names() -> dict[str, str]:
    pairs = (row.strip().partition(" ") for line in _NAMES.split("\n") for row in line.split("|"))
    return {ai: name for ai, _, name in pairs if ai}
