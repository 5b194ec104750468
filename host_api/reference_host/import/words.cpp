// SPDX-License-Identifier: Apache-2.0
#include "import/words.h"

#include <array>
#include <optional>
#include <vector>

namespace erp::host::import {
namespace {

struct Sentence {
  std::string_view en, sv, nb;
};

// Of two that fit, the one that says more stands first.
constexpr Sentence kSentences[] = {
    {"The file could not be read to its end.", "Filen kunde inte läsas till sitt slut.",
     "Filen kunne ikke leses til slutten."},
    {"The file is UTF-16 (line 1, byte 0): save it as UTF-8, or set encoding: auto in the profile.",
     "Filen är UTF-16 (rad 1, byte 0): spara den som UTF-8, eller ange encoding: auto i profilen.",
     "Filen er UTF-16 (linje 1, byte 0): lagre den som UTF-8, eller sett encoding: auto i profilen."},
    {"The file begins with the mark of UTF-8 (line 1, byte 0), but the profile says otherwise: set encoding: utf-8 in "
     "the profile.",
     "Filen börjar med märket för UTF-8 (rad 1, byte 0), men profilen säger något annat: ange encoding: utf-8 i "
     "profilen.",
     "Filen begynner med merket for UTF-8 (linje 1, byte 0), men profilen sier noe annet: sett encoding: utf-8 i "
     "profilen."},
    {"a cell is longer than 64 KiB", "en cell är längre än 64 KiB", "en celle er lengre enn 64 KiB"},
    {"The quote that opens in line {1} is never closed: write a quote inside a cell twice (\"\").",
     "Citattecknet som öppnas på rad {1} stängs aldrig: skriv ett citattecken i en cell två gånger (\"\").",
     "Anførselstegnet som åpnes på linje {1}, lukkes aldri: skriv et anførselstegn i en celle to ganger (\"\")."},
    {"text stands behind a closing quote: write a quote inside a cell twice (\"\")",
     "text står efter ett stängande citattecken: skriv ett citattecken i en cell två gånger (\"\")",
     "tekst står etter et lukkende anførselstegn: skriv et anførselstegn i en celle to ganger (\"\")"},
    {"the row has more than {1} cells", "raden har fler än {1} celler", "raden har flere enn {1} celler"},
    {"The file holds a NUL byte at {1}: it is not a CSV text, or was saved as UTF-16. Save it as UTF-8.",
     "Filen har en NUL-byte vid {1}: den är ingen CSV-text, eller sparades som UTF-16. Spara den som UTF-8.",
     "Filen har en NUL-byte ved {1}: den er ingen CSV-tekst, eller ble lagret som UTF-16. Lagre den som UTF-8."},
    {"The file is not valid UTF-8 at {1} ({2}): save it as UTF-8, or set encoding: windows-1252 in the profile.",
     "Filen är inte giltig UTF-8 vid {1} ({2}): spara den som UTF-8, eller ange encoding: windows-1252 i profilen.",
     "Filen er ikke gyldig UTF-8 ved {1} ({2}): lagre den som UTF-8, eller sett encoding: windows-1252 i profilen."},
    {"The file holds the control character {1} at {2}, which no ISO 8859-1 text has: set encoding: windows-1252 in the "
     "profile.",
     "Filen har styrtecknet {1} vid {2}, som ingen text i ISO 8859-1 har: ange encoding: windows-1252 i profilen.",
     "Filen har styretegnet {1} ved {2}, som ingen tekst i ISO 8859-1 har: sett encoding: windows-1252 i profilen."},
    {"The file holds {1} at {2}, which windows-1252 does not know: save it as UTF-8 and take encoding: utf-8.",
     "Filen har {1} vid {2}, som windows-1252 inte känner: spara den som UTF-8 och ta encoding: utf-8.",
     "Filen har {1} ved {2}, som windows-1252 ikke kjenner: lagre den som UTF-8 og ta encoding: utf-8."},
    {"The file cannot be read at {1}.", "Filen kan inte läsas vid {1}.", "Filen kan ikke leses ved {1}."},
    {"The file ends inside a UTF-8 character (line {1}, byte {2}): it is cut off. Save it again as UTF-8.",
     "Filen slutar mitt i ett UTF-8-tecken (rad {1}, byte {2}): den är avklippt. Spara den som UTF-8 igen.",
     "Filen slutter midt i et UTF-8-tegn (linje {1}, byte {2}): den er avkortet. Lagre den som UTF-8 igjen."},
    {"line {1}, byte {2}", "rad {1}, byte {2}", "linje {1}, byte {2}"},
    {"The kind {1} is unknown; kinds are {2}.", "Slaget {1} är okänt; slagen är {2}.",
     "Slaget {1} er ukjent; slagene er {2}."},
    {"The profile {1} is for {2}, not for {3}.", "Profilen {1} är för {2}, inte för {3}.",
     "Profilen {1} er for {2}, ikke for {3}."},
    {"A dry run, upsert and resume are for opportunities, leads and lists, not for {1}.",
     "Provkörning, uppdatering och fortsättning är för säljmöjligheter, leads och listor, inte för {1}.",
     "Prøvekjøring, oppdatering og fortsettelse er for salgsmuligheter, leads og lister, ikke for {1}."},
    {"The file is larger than 256 MiB: split it.", "Filen är större än 256 MiB: dela den.",
     "Filen er større enn 256 MiB: del den."},
    {"The file is larger than 2 GiB: split it.", "Filen är större än 2 GiB: dela den.",
     "Filen er større enn 2 GiB: del den."},
    {"The file is empty: its first line must name the columns.", "Filen är tom: första raden måste ange kolumnerna.",
     "Filen er tom: første linje må navngi kolonnene."},
    {"The file is empty. Choose another.", "Filen är tom. Välj en annan.", "Filen er tom. Velg en annen."},
    {"The file has more than 5000000 rows: split it.", "Filen har fler än 5000000 rader: dela den.",
     "Filen har flere enn 5000000 rader: del den."},
    {"the credit note {1} is positive in total: amounts of a credit note are negative",
     "kreditfakturan {1} är positiv totalt: beloppen på en kreditfaktura är negativa",
     "kreditnotaen {1} er positiv totalt: beløpene på en kreditnota er negative"},
    {"the company has this number already", "företaget har redan det här numret", "firmaet har dette nummeret alt"},
    {"the state is unknown: an order is offer, draft, confirmed or cancelled",
     "läget är okänt: en order är offer, draft, confirmed eller cancelled",
     "tilstanden er ukjent: en ordre er offer, draft, confirmed eller cancelled"},
    {"a confirmed order must say when it was confirmed", "en bekräftad order måste ange när den bekräftades",
     "en bekreftet ordre må si når den ble bekreftet"},
    {"an offer must say when it was made", "en offert måste ange när den lämnades", "et tilbud må si når det ble gitt"},
    {"the kind of document is unknown: it is invoice or credit_note",
     "dokumentets slag är okänt: det är invoice eller credit_note",
     "dokumentets slag er ukjent: det er invoice eller credit_note"},
    {"it differs from line {1} of the same document, \"{2}\"", "det skiljer sig från rad {1} i samma dokument, \"{2}\"",
     "det skiller seg fra linje {1} i samme dokument, \"{2}\""},
    {"a line number lies between 1 and 1000000", "ett radnummer ligger mellan 1 och 1000000",
     "et linjenummer ligger mellom 1 og 1000000"},
    {"{1} has its line {2} twice in the file, first in line {3}",
     "{1} har sin rad {2} två gånger i filen, först på rad {3}",
     "{1} har sin linje {2} to ganger i filen, først på linje {3}"},
    {"line {1} of the same document is refused", "rad {1} i samma dokument avvisas",
     "linje {1} i samme dokument avvises"},
    {"the company has no such customer: import customers first",
     "företaget har ingen sådan kund: läs in kunderna först", "firmaet har ingen slik kunde: les inn kundene først"},
    {"the company has no such employee: import employees first",
     "företaget har ingen sådan medarbetare: läs in medarbetarna först",
     "firmaet har ingen slik medarbeider: les inn medarbeiderne først"},
    {"the company has no such order: import orders first", "företaget har ingen sådan order: läs in orderna först",
     "firmaet har ingen slik ordre: les inn ordrene først"},
    {"neither the company nor the file has this invoice", "varken företaget eller filen har den här fakturan",
     "verken firmaet eller filen har denne fakturaen"},
    {"neither the company nor the file has this employee", "varken företaget eller filen har den här medarbetaren",
     "verken firmaet eller filen har denne medarbeideren"},
    {"the number stands in the file twice, first in line {1}", "numret står två gånger i filen, först på rad {1}",
     "nummeret står to ganger i filen, først på linje {1}"},
    {"the id stands in the file twice, first in line {1}", "id:t står två gånger i filen, först på rad {1}",
     "id-en står to ganger i filen, først på linje {1}"},
    {"a price is not negative", "ett pris är inte negativt", "en pris er ikke negativ"},
    {"The file {1} cannot be opened: is the path right?", "Filen {1} kan inte öppnas: är sökvägen rätt?",
     "Filen {1} kan ikke åpnes: er stien riktig?"},
    {"The encoding {1} is unknown: give auto, utf-8, windows-1252, iso-8859-1 or a name that ICU knows.",
     "Teckenkodningen {1} är okänd: ange auto, utf-8, windows-1252, iso-8859-1 eller ett namn som ICU känner.",
     "Tegnkodingen {1} er ukjent: oppgi auto, utf-8, windows-1252, iso-8859-1 eller et navn som ICU kjenner."},
    {"The encoding {1} is unknown.", "Teckenkodningen {1} är okänd.", "Tegnkodingen {1} er ukjent."},
    {"The file {1} at line {2}, byte {3}, read as {4}: save it as UTF-8, or name its encoding in the profile.",
     "Filen läst som {4} går inte att tyda vid rad {2}, byte {3}: spara den som UTF-8, eller ange dess teckenkodning i "
     "profilen.",
     "Filen lest som {4} kan ikke tydes ved linje {2}, byte {3}: lagre den som UTF-8, eller oppgi tegnkodingen i "
     "profilen."},
    {"it is not a percentage between 0 and 100 with at most two decimals",
     "det är ingen procentsats mellan 0 och 100 med högst två decimaler",
     "det er ingen prosentsats mellom 0 og 100 med høyst to desimaler"},
    {"no currency is known: fill the column, name one in the profile, or set the company's (company.update)",
     "ingen valuta är känd: fyll i kolumnen, ange en i profilen, eller företagets (company.update)",
     "ingen valuta er kjent: fyll ut kolonnen, oppgi en i profilen, eller firmaets (company.update)"},
    {"the currency \"{1}\" is unknown: use an ISO 4217 code as SEK",
     "valutan \"{1}\" är okänd: använd en ISO 4217-kod som SEK",
     "valutaen \"{1}\" er ukjent: bruk en ISO 4217-kode som SEK"},
    {"Line {1}, the header: {2}.", "Rad {1}, rubrikraden: {2}.", "Linje {1}, overskriften: {2}."},
    {"The header names the column {1} twice.", "Rubrikraden anger kolumnen {1} två gånger.",
     "Overskriften navngir kolonnen {1} to ganger."},
    {"The header has two columns for {1}, under two names or with and without _minor: keep one.",
     "Rubrikraden har två kolumner för {1}, under två namn eller med och utan _minor: behåll en.",
     "Overskriften har to kolonner for {1}, under to navn eller med og uten _minor: behold én."},
    {"The file lacks the columns {1}. {2} expects {3}; the file has {4}.",
     "Filen saknar kolumnerna {1}. {2} väntar sig {3}; filen har {4}.",
     "Filen mangler kolonnene {1}. {2} venter {3}; filen har {4}."},
    {"The file lacks the column {1}. {2} expects {3}; the file has {4}.",
     "Filen saknar kolumnen {1}. {2} väntar sig {3}; filen har {4}.",
     "Filen mangler kolonnen {1}. {2} venter {3}; filen har {4}."},
    {"the row has {1} cells, the header has {2}: a separator inside a cell needs quotes around the cell",
     "raden har {1} celler, rubrikraden har {2}: ett skiljetecken i en cell kräver citattecken runt cellen",
     "raden har {1} celler, overskriften har {2}: et skilletegn i en celle krever anførselstegn rundt cellen"},
    {"the row has {1} cells, the header has {2}", "raden har {1} celler, rubrikraden har {2}",
     "raden har {1} celler, overskriften har {2}"},
    {"the cell is empty, but every row must have a {1}", "cellen är tom, men varje rad måste ha {1}",
     "cellen er tom, men hver rad må ha {1}"},
    {"the cell is empty, but a company has a name and a person a first or last name",
     "cellen är tom, men ett företag har ett namn och en person ett för- eller efternamn",
     "cellen er tom, men en firma har et navn og en person et for- eller etternavn"},
    {"Import {1} was begun with {2} from {3}, not with {4}: resume it with that file.",
     "Inläsning {1} påbörjades med {2} från {3}, inte med {4}: fortsätt den med den filen.",
     "Innlesing {1} ble begynt med {2} fra {3}, ikke med {4}: fortsett den med den filen."},
    {"it is closed before it starts", "den stängs innan den startar", "den lukkes før den starter"},
    {"the own fields are no JSON object of texts", "de egna fälten är inget JSON-objekt med texter",
     "de egne feltene er ikke et JSON-objekt med tekster"},
    {"the {1} is unknown: it is one of {2}", "{1} är okänt: det är något av {2}", "{1} er ukjent: det er en av {2}"},
    {"an expected {1} is not negative", "ett förväntat värde ({1}) är inte negativt",
     "en forventet verdi ({1}) er ikke negativ"},
    {"the lines are no JSON list of products", "raderna är ingen JSON-lista med produkter",
     "linjene er ingen JSON-liste med produkter"},
    {"it is not made of pairs as \"{1}\"", "det består inte av par som \"{1}\"", "det består ikke av par som \"{1}\""},
    {"\"{1}\" is not a whole number", "\"{1}\" är inget heltal", "\"{1}\" er ikke et heltall"},
    {"\"{1}\" is neither yes nor no: write 1 or 0", "\"{1}\" är varken ja eller nej: skriv 1 eller 0",
     "\"{1}\" er verken ja eller nei: skriv 1 eller 0"},
    {"\"{1}\" could be thousands or three decimals: write it without a sign between thousands",
     "\"{1}\" kan vara tusental eller tre decimaler: skriv det utan tecken mellan tusental",
     "\"{1}\" kan være tusener eller tre desimaler: skriv det uten tegn mellom tusener"},
    {"its currency \"{1}\" is unknown", "dess valuta \"{1}\" är okänd", "valutaen \"{1}\" er ukjent"},
    {"\"{1}\" is not an amount: whole minor units are expected", "\"{1}\" är inget belopp: hela minsta enheter väntas",
     "\"{1}\" er ikke et beløp: hele minste enheter ventes"},
    {"\"{1}\" is not an amount: digits with a decimal point are expected",
     "\"{1}\" är inget belopp: siffror med decimalpunkt väntas",
     "\"{1}\" er ikke et beløp: sifre med desimalpunktum ventes"},
    {"\"{1}\" is not an amount: digits with a decimal comma are expected",
     "\"{1}\" är inget belopp: siffror med decimalkomma väntas",
     "\"{1}\" er ikke et beløp: sifre med desimalkomma ventes"},
    {"\"{1}\" is not an amount", "\"{1}\" är inget belopp", "\"{1}\" er ikke et beløp"},
    {"\"{1}\" has more decimals than {2} has ({3})", "\"{1}\" har fler decimaler än {2} har ({3})",
     "\"{1}\" har flere desimaler enn {2} har ({3})"},
    {"\"{1}\" is greater than any amount may be", "\"{1}\" är större än ett belopp får vara",
     "\"{1}\" er større enn et beløp kan være"},
    {"\"{1}\" is not a date: write it as 2026-12-31 or 31.12.2026",
     "\"{1}\" är inget datum: skriv det som 2026-12-31 eller 31.12.2026",
     "\"{1}\" er ingen dato: skriv den som 2026-12-31 eller 31.12.2026"},
    {"\"{1}\" is a day that does not exist", "\"{1}\" är en dag som inte finns", "\"{1}\" er en dag som ikke finnes"},
    {"\"{1}\" lies outside the years 1900 to 2200", "\"{1}\" ligger utanför åren 1900 till 2200",
     "\"{1}\" ligger utenfor årene 1900 til 2200"},
    {"\"{1}\" falls into the hour that summer time skips in {2}",
     "\"{1}\" faller i timmen som sommartiden hoppar över i {2}",
     "\"{1}\" faller i timen som sommertiden hopper over i {2}"},
    {"the time zone \"{1}\" is unknown on this machine", "tidszonen \"{1}\" är okänd på den här maskinen",
     "tidssonen \"{1}\" er ukjent på denne maskinen"},
    {"The file {1} is an old .xls workbook or protected by a password: save it as .xlsx without one.",
     "Filen {1} är en gammal .xls-arbetsbok eller skyddad med lösenord: spara den som .xlsx utan.",
     "Filen {1} er en gammel .xls-arbeidsbok eller beskyttet med passord: lagre den som .xlsx uten."},
    {"The file {1} is not a whole .xlsx workbook: save it again.",
     "Filen {1} är ingen hel .xlsx-arbetsbok: spara den igen.",
     "Filen {1} er ikke en hel .xlsx-arbeidsbok: lagre den igjen."},
    {"The workbook {1} has more parts than any workbook needs: it is not read.",
     "Arbetsboken {1} har fler delar än en arbetsbok behöver: den läses inte.",
     "Arbeidsboken {1} har flere deler enn en arbeidsbok trenger: den leses ikke."},
    {"The workbook {1} lacks its part {2}: save it again.", "Arbetsboken {1} saknar sin del {2}: spara den igen.",
     "Arbeidsboken {1} mangler delen {2}: lagre den igjen."},
    {"The workbook {1} is protected by a password: save it without one.",
     "Arbetsboken {1} är skyddad med lösenord: spara den utan.",
     "Arbeidsboken {1} er beskyttet med passord: lagre den uten."},
    {"The part {1} of {2} cannot be unpacked: save the workbook again.",
     "Delen {1} av {2} kan inte packas upp: spara arbetsboken igen.",
     "Delen {1} av {2} kan ikke pakkes ut: lagre arbeidsboken igjen."},
    {"The part {1} of {2} is damaged: save the workbook again.", "Delen {1} av {2} är skadad: spara arbetsboken igen.",
     "Delen {1} av {2} er skadet: lagre arbeidsboken igjen."},
    {"The part {1} of {2} unpacks to far more than a workbook holds: it is not read. Save the rows as CSV.",
     "Delen {1} av {2} packas upp till långt mer än en arbetsbok rymmer: den läses inte. Spara raderna som CSV.",
     "Delen {1} av {2} pakkes ut til langt mer enn en arbeidsbok rommer: den leses ikke. Lagre radene som CSV."},
    {"The part {1} of {2} is larger than such a part can be.", "Delen {1} av {2} är större än en sådan del kan vara.",
     "Delen {1} av {2} er større enn en slik del kan være."},
    {"No temporary file could be made: is the disk full?", "Ingen tillfällig fil kunde skapas: är disken full?",
     "Ingen midlertidig fil kunne lages: er disken full?"},
    {"A temporary file could not be written: is the disk full?",
     "En tillfällig fil kunde inte skrivas: är disken full?", "En midlertidig fil kunne ikke skrives: er disken full?"},
    {"The workbook has no sheet.", "Arbetsboken har inget blad.", "Arbeidsboken har intet ark."},
    {"The part {1} of the workbook {2}: save it again, or save it as CSV.",
     "Delen {1} av arbetsboken kan inte läsas ({2}): spara den igen, eller spara den som CSV.",
     "Delen {1} av arbeidsboken kan ikke leses ({2}): lagre den igjen, eller lagre den som CSV."},
    {"the column {1} is not read: nothing in {2} asks for it", "kolumnen {1} läses inte: inget i {2} frågar efter den",
     "kolonnen {1} leses ikke: ingenting i {2} spør etter den"},
    {"The file is no longer there. Bring it again.", "Filen finns inte kvar. Hämta den igen.",
     "Filen finnes ikke lenger. Hent den igjen."},
    {"Another import is running. Try again when it has ended.",
     "En annan inläsning pågår. Försök igen när den är klar.",
     "En annen innlesing pågår. Prøv igjen når den er ferdig."},
    {"mapping is missing: say which column is which field.",
     "Kopplingen saknas: ange vilken kolumn som är vilket fält.",
     "Koblingen mangler: si hvilken kolonne som er hvilket felt."},
    {"There is no such import.", "Det finns ingen sådan inläsning.", "Det finnes ingen slik innlesing."},
    {"{1} and {2} go together", "{1} och {2} hör ihop", "{1} og {2} hører sammen"},
};

using Parts = std::array<std::string, 10>;  // {1} to {9}

/// What stands in the holes, where the text is this sentence.
std::optional<Parts> parts_of(std::string_view text, std::string_view sentence) {
  Parts parts;
  int hole = 0;  // the one that is open
  while (true) {
    const std::size_t next = sentence.find('{');
    const std::string_view literal = sentence.substr(0, next);
    const bool last = next == std::string_view::npos;
    std::size_t at = text.find(literal);
    if (last && hole != 0 && text.size() >= literal.size()) at = text.size() - literal.size();
    if (at == std::string_view::npos || text.substr(at, literal.size()) != literal || (hole == 0 && at != 0)) return {};
    if (hole != 0) parts[static_cast<std::size_t>(hole)] = std::string(text.substr(0, at));
    text.remove_prefix(at + literal.size());
    if (last) return text.empty() ? std::optional(parts) : std::nullopt;
    hole = sentence[next + 1] - '0';
    sentence.remove_prefix(next + 3);
  }
}

std::string filled(std::string_view sentence, const Parts& parts, std::string_view locale) {
  std::string out;
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    if (sentence[at] != '{') {
      out += sentence[at];
      continue;
    }
    out += said(parts[static_cast<std::size_t>(sentence[at + 1] - '0')], locale);  // a place or a reason inside
    at += 2;
  }
  return out;
}

}  // namespace

std::string said(const std::string& text, std::string_view locale) {
  const bool swedish = locale.starts_with("sv");
  if (!swedish && !locale.starts_with("nb") && !locale.starts_with("no") && !locale.starts_with("nn")) return text;
  for (const Sentence& sentence : kSentences) {
    if (const auto parts = parts_of(text, sentence.en))
      return filled(swedish ? sentence.sv : sentence.nb, *parts, locale);
  }
  return text;
}

}  // namespace erp::host::import
