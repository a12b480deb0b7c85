"""What the thing is: keys, lots, dates, serials, counts, prices."""

LINES = """
00 | SSCC | n18 csum gcppos2 | fixed; key
01 | GTIN | n14 csum gcppos2 | fixed; not 255 37; key 22,10,21 or 235
02 | CONTENT | n14 csum gcppos2 | fixed; not 01 03; with 37
03 | MTO GTIN | n14 csum gcppos2 | fixed; not 01 02 37 235; path only
10 | BATCH/LOT | x..20 | with 01 02 03 8006 8026
11 | PROD DATE | n6 yymmd0 | fixed; with 01 02 03 8006 8026
12 | DUE DATE | n6 yymmd0 | fixed; with 8020
13 | PACK DATE | n6 yymmd0 | fixed; with 01 02 03 8006 8026
15 | BEST BEFORE or BEST BY | n6 yymmd0 | fixed; with 01 02 03 8006 8026
16 | SELL BY | n6 yymmd0 | fixed; with 01 02 03 8006 8026
17 | USE BY or EXPIRY | n6 yymmd0 | fixed; with 01 02 03 255 8006 8026
20 | VARIANT | n2 | fixed; with 01 02 03 8006 8026
21 | SERIAL | x..20 | with 01 03 8006; not 235; path only
22 | CPV | x..20 | with 01; path only
235 | TPX | x..28 | with 01; path only
240 | ADDITIONAL ID | x..30 | with 01 02 03 8006 8026
241 | CUST. PART No. | x..30 | with 01 02 03 8006 8026
242 | MTO VARIANT | n..6 | with 01 02 8006 8026
243 | PCN | x..20 | with 01 03
250 | SECONDARY SERIAL | x..30 | with 01+21 03+21 8006+21
251 | REF. TO SOURCE | x..30 | with 01 03 8006
253 | GDTI | n13 csum gcppos1 + x..17? | key
254 | GLN EXTENSION COMPONENT | x..20 | with 414; path only
255 | GCN | n13 csum gcppos1 + n..12? | key; not 01 02 415 8006 8020 8026
30 | VAR. COUNT | n..8 | with 01 02
37 | COUNT | n..8 | with 00+02 00+8026
390[0-9] | AMOUNT | n..15 | with 255 8020; not siblings 391? 394? 8111
391[0-9] | AMOUNT | n3 iso4217 + n..15 | with 8020; not siblings
392[0-9] | PRICE | n..15 | with 01+30 01+31?? 01+32?? 01+35?? 01+36??; not siblings 393?
393[0-9] | PRICE | n3 iso4217 + n..15 | with 30 31?? 32?? 35?? 36??; not siblings
394[0-3] | PRCNT OFF | n4 | with 255; not siblings 8111
395[0-5] | PRICE/UoM | n6 | with 30 31?? 32?? 35?? 36??; not siblings 392? 393? 8005
8001 | DIMENSIONS | n4 nonzero + n5 nonzero + n3 nonzero + n1 winding + n1 | with 01
8002 | CMT No. | x..20 |
8003 | GRAI | n1 zero + n13 csum gcppos1 + x..16? | key
8004 | GIAI | x..30 gcppos1 | key 7040
8005 | PRICE PER UNIT | n6 | with 01 02
8006 | ITIP | n14 csum gcppos2 + n4 pieceoftotal | key 22,10,21; not 01 03 37
8007 | IBAN | x..34 iban | with 415
8008 | PROD TIME | n6 yymmdd + n2 hh + n2? mi + n2? ss | with 01 02 03
8009 | OPTSEN | x..50 | with 00 01 03
8010 | CPID | y..30 gcppos1 | key 8011
8011 | CPID SERIAL | n..12 nozeroprefix | with 8010; path only
8012 | VERSION | x..20 | with 01 03 8006
8013 | GMN | x..25 csumalpha gcppos1 | key
8014 | MUDI | x..25 csumalpha gcppos1 hasnondigit | with 01; path only
8017 | GSRN - PROVIDER | n18 csum gcppos1 | key 8019; not 8018
8018 | GSRN - RECIPIENT | n18 csum gcppos1 | key 8019; not 8017
8019 | SRIN | n..10 | with 8017 8018; path only
8020 | REF No. | x..25 | with 415; path only
8026 | ITIP CONTENT | n14 csum gcppos2 + n4 pieceoftotal | with 37; not 02 03 8006
8030 | DIGSIG | z..90 | with 00 01+21 03+21 253 255 8003 8004 8006+21 8010+8011 8017 8018
8040 | IMEI | n15 | with 01+21; path only
8041 | IMEI2 | n15 | with 01+21+8040; path only
8042 | ESIM | n32 | with 01+21+8040; path only
8043 | PSIM | n18 + n..2? | with 01+21+8040; path only
8110 | COUPON CODE | x..70 couponcode |
8111 | POINTS | n4 | with 255
8112 | COUPON POS OFFER | x..70 couponposoffer |
8200 | PRODUCT URL | x..70 | with 01; path only
90 | INTERNAL | x..30 |
9[1-9] | INTERNAL | x..90 |
"""
