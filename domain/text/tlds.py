"""The top-level domains that make a URL of a text without `http://` in front of it."""

from __future__ import annotations

_COUNTRY_CODES = """
ac ad ae af ag ai al am an ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw
by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et eu fi fj
fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir
is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml
mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr
ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th
tj tk tl tm tn to tp tr tt tv tw tz ua ug uk um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""

_GENERIC = """
academy aero agency app art arpa asia auction audio band bank bar beer best bet bike bio biz blog boutique
build business cafe cam camera camp capital care careers cars casa cash casino cat center chat church city
cloud club codes coffee com community company computer consulting cooking cool coop courses credit cricket
dance date dating deals delivery democrat design dev digital direct directory doctor dog domains download edu
education email energy engineering equipment estate events exchange expert express fail faith family fan fans
farm fashion film finance fish fit fitness flights florist football foundation fun fund fyi gallery game games
garden gay gift gifts glass global gmbh gold golf google gov graphics gratis green group guide guru health
help hiphop holiday homes horse hospital host hosting house how icu info ink institute insure int
international investments jetzt jewelry jobs juegos kim kitchen land law lawyer lease legal life lighting
limited limo link live loan lol london love ltd luxury management market marketing media men menu miami mil
mobi moda moe money monster movie museum music name net network news ngo ninja nyc one online org page paris
partners parts party pet photo photography photos pics pictures pink pizza place plumbing plus poker porn post
press pro productions promo properties pub quest racing radio recipes red rehab rent repair report republican
rest restaurant review reviews rip rocks run sale salon school science security services sex sexy shoes shop
shopping show singles site ski social software solar solutions space sport store stream studio style supplies
support surf surgery systems tattoo tax taxi team tech technology tel tennis theater tickets tips tirol today
tokyo tools top tours town toys trade trading training travel tube university uno vegas ventures vet video
villas vin vip vision vodka vote voyage wang watch webcam website wedding wiki win wine work works world wtf
xxx xyz yoga zip zone
"""

TOP_LEVEL_DOMAINS = frozenset(_COUNTRY_CODES.split()) | frozenset(_GENERIC.split())
"""In lower case: the root zone's two-letter country codes, and the common ones of its 1,100 generic names."""
