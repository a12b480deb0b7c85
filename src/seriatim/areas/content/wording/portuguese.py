"""What pages say in Portuguese."""

from typing import Final

from seriatim.areas.content.wording.shape import Words, signals_of, states_of, taps_of

PORTUGUESE: Final = Words(
    name="Português",
    this_pack="esta embalagem",
    must_match="Tem de coincidir com a sua embalagem",
    look_for="Veja a sua embalagem",
    story="Como chegou até si",
    instructions="Como usar",
    recycle="Onde pôr a embalagem vazia",
    stored="O que esta leitura guardou",
    stored_what="O código, a hora, a nossa resposta, o tipo e a língua do navegador; o país e um quadrado de 25 km, se conhecidos. Nem nome, nem morada.",
    checked="Verificado",
    domain="Veja a barra de endereço: tem de dizer {domain}. Uma página com outro nome não é nossa.",
    no_cookies="Sem cookies.",
    facts={"product": "Produto", "lot": "Lote", "expiry": "Consumir antes de", "serial": "Número de série"},
    actions={
        "matches": "Tudo coincide",
        "differs": "Algo é diferente",
        "report": "Comunicar esta embalagem",
        "retry": "Verificar de novo",
        "check_code": "Escrever o código",
        "get_help": "Falar connosco",
        "answer": "Responder a três perguntas",
    },
    signals=signals_of(
        "O mesmo código foi lido em lugares muito distantes em pouco tempo.",
        "Mais telefones leram este código do que uma embalagem costuma encontrar.",
        "Esta embalagem destinava-se a outro país.",
    ),
    states=states_of(
        recalled=(
            "Recolhido, não use: {product}",
            "Não use {product}.",
            "O fabricante está a recolher esta embalagem.",
            ("Guarde a embalagem fechada e longe das crianças.", "Só as embalagens indicadas são recolhidas. Este código é uma delas."),
        ),
        blocked=(
            "Esta embalagem não devia estar à venda: {product}",
            "Esta embalagem não devia estar à venda.",
            "O fabricante bloqueou o código. Não a use antes de falar connosco.",
            ("Diga-nos onde a comprou e guarde o recibo.",),
        ),
        expired=(
            "Fora do prazo: {product}",
            "Esta embalagem está fora do prazo.",
            "Este código é nosso, para {product}. Pergunte antes de usar.",
            ("Compare a data com a da sua embalagem.",),
        ),
        not_active=(
            "Ainda não está à venda: {product}",
            "Esta embalagem ainda não está à venda.",
            "O código é nosso, mas o fabricante ainda não libertou a embalagem. Talvez a notícia da fábrica venha atrasada.",
            ("Verifique de novo daqui a uma hora.", "Se a comprou, diga-nos onde."),
        ),
        suspicious=(
            "Não temos a certeza sobre esta embalagem: {product}",
            "Não temos a certeza sobre esta embalagem.",
            "O código foi visto de um modo que não esperávamos. A sua embalagem pode estar em ordem.",
            ("Se tiver dúvidas, não a use antes da nossa resposta.",),
        ),
        caution=(
            "Compare com atenção: {product}",
            "Compare a sua embalagem com atenção.",
            "Algo neste código pede um segundo olhar. A sua embalagem pode estar em ordem.",
            ("Cada linha abaixo tem de estar igual na sua embalagem.",),
        ),
        unknown=(
            "Não emitimos este código",
            "Não emitimos este código.",
            "Quase sempre é um erro de escrita ou uma impressão riscada.",
            ("Leia de novo com boa luz, ou escreva o código impresso.", "Se continuar assim, diga-nos de onde veio a embalagem."),
        ),
        consistent=(
            "Este código é nosso: {product}",
            "Este código é nosso.",
            "Fizemo-lo para uma só embalagem de {product}. Veja agora se é a sua.",
            (),
        ),
        cannot_check=(
            "Não é possível verificar agora",
            "Não podemos verificar este código agora.",
            "O nosso serviço não responde neste momento. Isto nada diz sobre a sua embalagem.",
            ("Tente de novo dentro de um minuto.",),
        ),
        product=(
            "{product}",
            "{product}.",
            "Este código indica o produto, não a sua embalagem. O código de uma só embalagem tem um número de série.",
            ("Leia o código com o número de série para verificar a sua embalagem.",),
        ),
    ),
    taps=taps_of(
        verified=("O chip respondeu.", "Este toque é novo e veio do chip que o fabricante colocou nesta embalagem. Fala pelo toque; compare ainda assim a embalagem."),
        already_seen=("Este toque já foi mostrado.", "Acontece quando uma página é carregada de novo. Toque na embalagem mais uma vez para obter uma nova resposta."),
        replayed=("Este toque é mais antigo do que outro que já vimos.", "Por si só, isso nada diz contra a embalagem. Toque nela mais uma vez; um link que alguém lhe enviou não conta."),
        opened=("O chip respondeu: foi aberto.", "O fio de selagem do chip está partido. Se não abriu a embalagem, não a use antes de falar connosco."),
        refused=("Não foi possível verificar este toque.", "O que chegou não corresponde ao chip desta embalagem. Toque mais uma vez; se continuar assim, diga-nos onde a obteve."),
    ),
)  # fmt: skip
