"""What people talk about in each language: sentences with places for a thing and a tag, and both to put in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    sentences: tuple[str, ...]
    """With `{thing}` at most once."""
    replies: tuple[str, ...]
    things: tuple[str, ...]
    tags: tuple[str, ...]
    """The most used first."""


def _lines(block: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in block.strip().splitlines())


def _words(block: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in block.split(","))


WORLD_TAGS = tuple(
    "football coffee music nowplaying photography worldcup ai travel news gaming f1 movies python graphql art climate "
    "startup cats dogs foodie fitness nature space books cycling opensource buildinpublic sunset anime kpop".split()
)
"""Used in every language; the most used first."""
EMOJI = tuple("😂 ❤️ 🔥 😍 👏 🙌 🎉 ☕ ⚽ 🚀 😭 👀 🤔 🌞 🌧️ 🎶 📷 🐈 🇧🇷 👩🏽‍💻 💪🏿 🏳️‍🌈".split())

LANGUAGES = {
    "en": Language(
        _lines(
            """
            Nothing beats {thing} on a slow morning
            Still thinking about {thing} from last night
            Does anyone else feel that {thing} is getting better every year?
            First time trying {thing}. Not the last.
            I have opinions about {thing} and nobody to tell them to
            Three hours later: {thing} is finally done
            Can we talk about {thing} for a second?
            Unpopular opinion: {thing} is overrated
            My grandmother was right about {thing}
            Day 42 of learning {thing}. Slow and steady.
            Looking for recommendations: {thing}, anywhere near the centre
            If you only read one thing today, let it be about {thing}
            The whole train is talking about {thing}
            Rain again, so it will be {thing} and a blanket
            Just shipped it. Celebrating with {thing}
            """
        ),
        _lines(
            """
            Could not agree more
            This made my day
            Wait, really? Since when?
            Same here, every single week
            Not sure about {thing}, but I like the thought
            Send me the link, please
            Congratulations! Well deserved
            I laughed far too loud at this
            Have you tried {thing} instead?
            """
        ),
        _words(
            "the new album, fresh bread, the second half, open source, the night bus, a long walk, this camera, "
            "the farmers market, my bike, that penalty, the season finale, homemade pasta, the sunrise, jazz, "
            "this keyboard, a good book, the office plant, street photography, the last episode, cold brew"
        ),
        tuple("mondaymotivation thegoodnews weekend throwback goodmorning".split()),
    ),
    "es": Language(
        _lines(
            """
            Hoy toca {thing} y nada más
            ¿Soy el único que piensa en {thing} a estas horas?
            Qué maravilla {thing}, de verdad
            Primera vez con {thing} y ya quiero repetir
            No hay domingo sin {thing}
            Llevo toda la semana esperando {thing}
            ¡Vamos! Esto merece {thing}
            Mi abuela tenía razón sobre {thing}
            """
        ),
        _lines("Totalmente de acuerdo\n¡Qué risa!\n¿En serio?\nYo también quiero {thing}\n¡Felicidades!"),
        _words(
            "un café con leche, el partido, la lluvia, unos tacos, el concierto, la siesta, una buena serie, la playa"
        ),
        tuple("fútbol buenosdías música méxico españa finde".split()),
    ),
    "pt": Language(
        _lines(
            """
            Bom dia! Hoje tem {thing}
            Ninguém me avisou que {thing} era tão bom
            Saudades de {thing}
            Só queria {thing} agora
            Que jogo! Só falo de {thing} até amanhã
            Quem mais está acordado pensando em {thing}?
            """
        ),
        _lines("Concordo demais\nkkkkkk muito bom\nSério?\nTambém quero {thing}\nParabéns!"),
        _words("pão de queijo, a praia, um cafezinho, o clássico, açaí, o carnaval, a novela, um churrasco"),
        tuple("brasileirão bomdia música carnaval novela".split()),
    ),
    "fr": Language(
        _lines(
            """
            Rien de mieux que {thing} pour commencer la journée
            Quelqu'un d'autre pense à {thing} ?
            Enfin {thing} ! J'attendais ça depuis lundi
            Petit dimanche tranquille avec {thing}
            On ne parle pas assez de {thing}
            """
        ),
        _lines("Tellement vrai\nAh bon ?\nBravo !\nMoi aussi je veux {thing}"),
        _words("un croissant, le marché, la pluie à Paris, un bon livre, le match, une tarte aux pommes"),
        tuple("bonjour ligue1 cinéma météo".split()),
    ),
    "de": Language(
        _lines(
            """
            Erst mal {thing}, dann sehen wir weiter
            Warum redet niemand über {thing}?
            Der Zug hat Verspätung, aber es gibt {thing}
            Heute gelernt: {thing} geht auch einfacher
            Feierabend mit {thing}
            """
        ),
        _lines("Genau so ist es\nWirklich?\nGlückwunsch!\nIch nehme auch {thing}"),
        _words("ein Brötchen, das Spiel, der neue Tatort, guter Kaffee, eine Radtour, schönes Wetter"),
        tuple("bundesliga tatort gutenmorgen bahn".split()),
    ),
    "ja": Language(
        _lines(
            """
            今日は{thing}の日です
            {thing}がとても美味しかった
            やっと{thing}が終わった、お疲れさま
            {thing}が好きな人いますか?
            朝から{thing}、最高
            雨だけど{thing}に行ってきます
            """
        ),
        _lines("本当にそう思います\nおめでとうございます\n笑った\n私も{thing}が好きです"),
        _words("ラーメン, 桜, 新しいゲーム, 散歩, 猫の写真, 抹茶, 試合, アニメ"),
        tuple("コーヒー 猫 アニメ 写真 おはよう".split()),
    ),
    "ko": Language(
        _lines(
            """
            오늘은 {thing} 먹는 날
            {thing} 정말 최고였어요
            아침부터 {thing} 생각뿐
            드디어 {thing} 끝났다
            """
        ),
        _lines("완전 공감해요\n축하해요\n진짜요?\n저도 {thing} 좋아해요"),
        _words("떡볶이, 콘서트, 새 앨범, 커피, 산책, 드라마"),
        tuple("커피 드라마 음악 일상".split()),
    ),
    "ar": Language(
        _lines(
            """
            صباح الخير، اليوم مع {thing}
            لا شيء أجمل من {thing}
            من يحب {thing} مثلي؟
            أخيرا {thing} بعد أسبوع طويل
            """
        ),
        _lines("أتفق معك تماما\nمبروك\nحقا؟\nأنا أيضا أحب {thing}"),
        _words("القهوة, المباراة, كتاب جديد, البحر, فيلم الليلة, الشاي"),
        tuple("صباح_الخير مصر كرة_القدم قهوة".split()),
    ),
    "hi": Language(
        _lines(
            """
            सुबह की शुरुआत {thing} के साथ
            आज का मैच और {thing}, बस और क्या चाहिए
            किसी और को भी {thing} पसंद है?
            Monday mood: {thing} and long meetings
            """
        ),
        _lines("बिल्कुल सही\nबधाई हो\nसच में?\nमुझे भी {thing} चाहिए"),
        _words("चाय, क्रिकेट, बारिश, नई फिल्म, समोसा, किताब"),
        tuple("क्रिकेट चाय बॉलीवुड भारत".split()),
    ),
}
