"""Where it goes: orders, parties, places, countries, delivery instructions."""

LINES = """
400 | ORDER NUMBER | x..30 |
401 | GINC | x..30 gcppos1 | key
402 | GSIN | n17 csum gcppos1 | key
403 | ROUTE | x..30 | with 00
410 | SHIP TO LOC | n13 csum gcppos1 | fixed
411 | BILL TO | n13 csum gcppos1 | fixed
412 | PURCHASE FROM | n13 csum gcppos1 | fixed
413 | SHIP FOR LOC | n13 csum gcppos1 | fixed
414 | LOC No. | n13 csum gcppos1 | fixed; key 254 or 7040
415 | PAY TO | n13 csum gcppos1 | fixed; with 8020; key 8020
416 | PROD/SERV LOC | n13 csum gcppos1 | fixed
417 | PARTY | n13 csum gcppos1 | fixed; key 7040
420 | SHIP TO POST | x..20 | not 421
421 | SHIP TO POST | n3 iso3166 + x..9 | not 4307
422 | ORIGIN | n3 iso3166 | with 01 02 03 8006 8026; not 426
423 | COUNTRY - INITIAL PROCESS | n3 iso3166 + n3? iso3166 + n3? iso3166 + n3? iso3166 + n3? iso3166 | with 01 02 03; not 426
424 | COUNTRY - PROCESS | n3 iso3166 | with 01 02 03; not 426
425 | COUNTRY - DISASSEMBLY | n3 iso3166 + n3? iso3166 + n3? iso3166 + n3? iso3166 + n3? iso3166 | with 01 02 03; not 426
426 | COUNTRY - FULL PROCESS | n3 iso3166 | with 01 02 03
427 | ORIGIN SUBDIVISION | x..3 | with 01+422 02+422 03+422
4300 | SHIP TO COMP | x..35 pcenc | with 00
4301 | SHIP TO NAME | x..35 pcenc | with 00
4302 | SHIP TO ADD1 | x..70 pcenc | with 00
4303 | SHIP TO ADD2 | x..70 pcenc | with 4302
4304 | SHIP TO SUB | x..70 pcenc | with 00
4305 | SHIP TO LOC | x..70 pcenc | with 00
4306 | SHIP TO REG | x..70 pcenc | with 00
4307 | SHIP TO COUNTRY | x2 iso3166alpha2 | with 00
4308 | SHIP TO PHONE | x..30 | with 00
4309 | SHIP TO GEO | n10 latitude + n10 longitude | with 00
4310 | RTN TO COMP | x..35 pcenc | with 00
4311 | RTN TO NAME | x..35 pcenc | with 00
4312 | RTN TO ADD1 | x..70 pcenc | with 00
4313 | RTN TO ADD2 | x..70 pcenc | with 4312
4314 | RTN TO SUB | x..70 pcenc | with 00
4315 | RTN TO LOC | x..70 pcenc | with 00
4316 | RTN TO REG | x..70 pcenc | with 00
4317 | RTN TO COUNTRY | x2 iso3166alpha2 | with 00
4318 | RTN TO POST | x..20 | with 00
4319 | RTN TO PHONE | x..30 | with 00
4320 | SRV DESCRIPTION | x..35 pcenc | with 00
4321 | DANGEROUS GOODS | n1 yesno | with 00
4322 | AUTH TO LEAVE | n1 yesno | with 00
4323 | SIG REQUIRED | n1 yesno | with 00
4324 | NOT BEF DEL DT | n6 yymmd0 + n4 hhmi | with 00
4325 | NOT AFT DEL DT | n6 yymmd0 + n4 hhmi | with 00
4326 | REL DATE | n6 yymmdd | with 00
4330 | MAX TEMP F. | n6 + x1? hyphen | with 00; not 4331
4331 | MAX TEMP C. | n6 + x1? hyphen | with 00; not 4330
4332 | MIN TEMP F. | n6 + x1? hyphen | with 00; not 4333
4333 | MIN TEMP C. | n6 + x1? hyphen | with 00; not 4332
"""
