"""How it was made, caught, repaired and certified."""

LINES = """
7001 | NSN | n13 | with 01 02 8006 8026
7002 | MEAT CUT | x..30 | with 01 02
7003 | EXPIRY TIME | n6 yymmdd + n4 hhmi | with 01 02 03
7004 | ACTIVE POTENCY | n..4 | with 01+10 03+10
7005 | CATCH AREA | x..12 | with 01 02
7006 | FIRST FREEZE DATE | n6 yymmdd | with 01 02
7007 | HARVEST DATE | n6 yymmdd + n6? yymmdd | with 01 02
7008 | AQUATIC SPECIES | x..3 | with 01 02
7009 | FISHING GEAR TYPE | x..10 | with 01 02
7010 | PROD METHOD | x..2 | with 01 02 03
7011 | TEST BY DATE | n6 yymmdd + n4? hhmi | with 01 02 03
7020 | REFURB LOT | x..20 | with 01+416 03+416 8006+416
7021 | FUNC STAT | x..20 | with 01 03 8006
7022 | REV STAT | x..20 | with 01+7021 03+7021 8006+7021
7023 | GIAI - ASSEMBLY | x..30 gcppos1 |
703[0-9] | PROCESSOR # {n} | n3 iso3166999 + x..27 | with 01 02
7040 | UIC+EXT | n1 + x1 + x1 + x1 importeridx | path only
7041 | UFRGT UNIT TYPE | x..4 packagetype | with 00; path only
723[0-9] | CERT # {n+1} | x2 + x..28 | with 01 8004
"""
