"""Health care: national reimbursement numbers, protocols, patients."""

LINES = """
710 | NHRN PZN | x..20 | with 01
711 | NHRN CIP | x..20 | with 01
712 | NHRN CN | x..20 | with 01
713 | NHRN DRN | x..20 | with 01
714 | NHRN AIM | x..20 | with 01
715 | NHRN NDC | x..20 | with 01
716 | NHRN AIC | x..20 | with 01
717 | NHRN SRN | x..20 | with 01
7240 | PROTOCOL | x..20 | with 01 8006; not 03
7241 | AIDC MEDIA TYPE | n2 mediatype | with 8017 8018
7242 | VCN | x..25 | with 8017 8018
7250 | DOB | n8 yyyymmdd | with 8018; not 7251
7251 | DOB TIME | n8 yyyymmdd + n4 hhmi | with 8018; not 7250
7252 | BIO SEX | n1 iso5218 | with 8018
7253 | FAMILY NAME | x..40 pcenc | with 8017 8018; not 7256 7259
7254 | GIVEN NAME | x..40 pcenc | with 8017 8018; not 7256 7259
7255 | SUFFIX | x..10 | with 8017 8018; not 7256 7259
7256 | FULL NAME | x..90 pcenc | with 8017 8018
7257 | PERSON ADDR | x..70 pcenc | with 8018
7258 | BIRTH SEQUENCE | x3 posinseqslash | with 8018+7259
7259 | BABY | x..40 pcenc | with 8018; not 7256
"""
