// SPDX-License-Identifier: Apache-2.0
#include "web/language.h"

#include <algorithm>
#include <array>

#include "import/currencies.h"

namespace erp::host::web {
namespace {

struct Entry {
  std::string_view key;
  std::array<std::string_view, 3> texts;  // en, sv, nb
};

constexpr Entry kTexts[] = {
    {"actual_close", {"Closed on", "Stängd den", "Lukket"}},
    {"adjustment", {"Adjustment", "Justering", "Justering"}},
    {"city", {"City", "Ort", "Sted"}},
    {"corrects", {"Corrects", "Rättar", "Retter"}},
    {"cost_per_response", {"Cost per response", "Kostnad per svar", "Kostnad per svar"}},
    {"document_amount", {"In the document's currency", "I dokumentets valuta", "I dokumentets valuta"}},
    {"document_kind", {"Kind of document", "Dokumentslag", "Dokumentslag"}},
    {"effect", {"Effect", "Verkan", "Virkning"}},
    {"effect.none", {"None", "Ingen", "Ingen"}},
    {"effect.warn", {"Warns", "Varnar", "Varsler"}},
    {"effect.block", {"Blocks", "Spärrar", "Sperrer"}},
    {"interested", {"Interested", "Intresserade", "Interesserte"}},
    {"kind", {"Kind", "Slag", "Slag"}},
    {"kind.sales", {"Sales", "Sälj", "Salg"}},
    {"kind.standard", {"Standard", "Standard", "Standard"}},
    {"kind.invoice", {"Invoice", "Faktura", "Faktura"}},
    {"kind.credit_note", {"Credit note", "Kreditfaktura", "Kreditnota"}},
    {"line", {"Line", "Rad", "Linje"}},
    {"manager", {"Manager", "Chef", "Leder"}},
    {"measure", {"Figure", "Tal", "Tall"}},
    {"next_activity", {"Next activity", "Nästa aktivitet", "Neste aktivitet"}},
    {"opened", {"Opened", "Öppnat", "Åpnet"}},
    {"opportunity", {"Sales opportunity", "Säljmöjlighet", "Salgsmulighet"}},
    {"response_rate", {"Response rate", "Svarsandel", "Svarandel"}},
    {"responses", {"Responses", "Svar", "Svar"}},
    {"roles", {"Roles", "Roller", "Roller"}},
    {"rejection_rule.none", {"None", "Ingen", "Ingen"}},
    {"rejection_rule.asked", {"Asked", "Frågas", "Spørres"}},
    {"rejection_rule.required", {"Required", "Krävs", "Kreves"}},
    {"score", {"Score", "Poäng", "Poeng"}},
    {"state.active", {"Active", "Aktiv", "Aktiv"}},
    {"state.deleted", {"Deleted", "Borttagen", "Slettet"}},
    {"state.offer", {"Offer", "Offert", "Tilbud"}},
    {"state.draft", {"Draft", "Utkast", "Utkast"}},
    {"state.confirmed", {"Confirmed", "Bekräftad", "Bekreftet"}},
    {"state.cancelled", {"Cancelled", "Makulerad", "Kansellert"}},
    {"state.posted", {"Posted", "Bokförd", "Bokført"}},
    {"state.paid", {"Paid", "Betald", "Betalt"}},
    {"state.voided", {"Voided", "Ogiltig", "Ugyldig"}},
    {"state.open", {"Open", "Öppen", "Åpen"}},
    {"status.open", {"Open", "Öppen", "Åpen"}},
    {"status.won", {"Closed – won", "Stängd – vunnen", "Lukket – vunnet"}},
    {"status.lost", {"Closed – lost", "Stängd – tappad", "Lukket – tapt"}},
    {"status.converted", {"Converted", "Konverterad", "Konvertert"}},
    {"status.merged", {"Merged", "Ihopslagen", "Slått sammen"}},
    {"status.new", {"New", "Ny", "Ny"}},
    {"status.qualified", {"Qualified", "Kvalificerad", "Kvalifisert"}},
    {"status.retired", {"Retired", "Avslutad", "Avsluttet"}},
    {"status.working", {"Working on it", "Bearbetas", "Under arbeid"}},
    {"status.expired", {"Expired", "Utgått", "Utløpt"}},
    {"actions", {"Actions", "Åtgärder", "Handlinger"}},
    {"actions.about", {"Meaning", "Betydelse", "Betydning"}},
    {"actions.changes", {"changes data", "ändrar uppgifter", "endrer data"}},
    {"actions.errors", {"Refuses with", "Avvisar med", "Avviser med"}},
    {"actions.example", {"Example:", "Exempel:", "Eksempel:"}},
    {"actions.field", {"Field (* must be given)", "Fält (* måste anges)", "Felt (* må oppgis)"}},
    {"actions.holds", {"Holds", "Innehåller", "Inneholder"}},
    {"actions.lead",
     {"Everything that can be done, over HTTP, on the command line and in files, with the same rules as on the pages.",
      "Allt som kan göras, över HTTP, på kommandoraden och i filer, med samma regler som på sidorna.",
      "Alt som kan gjøres, over HTTP, på kommandolinjen og i filer, med samme regler som på sidene."}},
    {"actions.permission", {"Permission", "Rättighet", "Rettighet"}},
    {"actions.reads", {"reads only", "läser bara", "leser bare"}},
    {"actions.setup", {"Before the example:", "Före exemplet:", "Før eksempelet:"}},
    {"amount", {"Amount", "Belopp", "Beløp"}},
    {"archived", {"Archived", "Arkiverad", "Arkivert"}},
    {"axis", {"Rows", "Rader", "Rader"}},
    {"budget", {"Budget", "Budget", "Budsjett"}},
    {"campaign", {"Campaign", "Kampanj", "Kampanje"}},
    {"campaign_results", {"Campaign results", "Kampanjresultat", "Kampanjeresultat"}},
    {"campaign_results.about",
     {"What each campaign cost and what it sold", "Vad varje kampanj kostade och vad den sålde",
      "Hva hver kampanje kostet og hva den solgte"}},
    {"code", {"Code", "Kod", "Kode"}},
    {"cost", {"Cost", "Kostnad", "Kostnad"}},
    {"count", {"Number", "Antal", "Antall"}},
    {"country", {"Country", "Land", "Land"}},
    {"credits", {"Credits", "Krediteringar", "Krediteringer"}},
    {"customer", {"Customer", "Kund", "Kunde"}},
    {"date", {"Date", "Datum", "Dato"}},
    {"description", {"Description", "Beskrivning", "Beskrivelse"}},
    {"end", {"End", "Slut", "Slutt"}},
    {"employee", {"Employee", "Anställd", "Ansatt"}},
    {"empty.campaign",
     {"There are no campaigns yet. Create the first with the action campaign.create.",
      "Det finns inga kampanjer ännu. Skapa den första med åtgärden campaign.create.",
      "Det finnes ingen kampanjer ennå. Opprett den første med handlingen campaign.create."}},
    {"empty.customer",
     {"There are no customers yet. Import them with erp-host import customers, or use the action customer.create.",
      "Det finns inga kunder ännu. Läs in dem med erp-host import customers, eller använd åtgärden customer.create.",
      "Det finnes ingen kunder ennå. Les dem inn med erp-host import customers, eller bruk handlingen "
      "customer.create."}},
    {"empty.group",
     {"There are no groups yet. Create one with the action group.create, or import employees with a groups profile.",
      "Det finns inga grupper ännu. Skapa en med åtgärden group.create, eller läs in anställda med en profil för "
      "grupper.",
      "Det finnes ingen grupper ennå. Opprett en med handlingen group.create, eller les inn ansatte med en profil for "
      "grupper."}},
    {"empty.opportunity",
     {"There are no sales opportunities yet. Create one with the action opportunity.create, or import a file.",
      "Det finns inga säljmöjligheter ännu. Skapa en med åtgärden opportunity.create, eller läs in en fil.",
      "Det finnes ingen salgsmuligheter ennå. Opprett en med handlingen opportunity.create, eller les inn en fil."}},
    {"empty.other", {"There is nothing here yet.", "Här finns inget ännu.", "Her er det ikke noe ennå."}},
    {"empty.report",
     {"Nothing to show for this choice. Choose another period, or import orders and invoices first.",
      "Inget att visa för det här urvalet. Välj en annan period, eller läs in order och fakturor först.",
      "Ingenting å vise for dette utvalget. Velg en annen periode, eller les inn ordrer og fakturaer først."}},
    {"error.back", {"Back to the start", "Till startsidan", "Til startsiden"}},
    {"error.form",
     {"The page was too old. Go back, reload it and try again.",
      "Sidan var för gammal. Gå tillbaka, ladda om och försök igen.",
      "Siden var for gammel. Gå tilbake, last den på nytt og prøv igjen."}},
    {"error.internal",
     {"Something went wrong inside the host. The log holds more under the number",
      "Något gick fel i värdsystemet. Loggen har mer under numret",
      "Noe gikk galt i vertssystemet. Loggen har mer under nummeret"}},
    {"error.missing", {"This page does not exist.", "Sidan finns inte.", "Siden finnes ikke."}},
    {"error.title", {"That did not work", "Det gick inte", "Det gikk ikke"}},
    {"expired", {"Expired", "Utgått", "Utløpt"}},
    {"from", {"From", "Från", "Fra"}},
    {"group", {"Group", "Grupp", "Gruppe"}},
    {"home", {"Start", "Start", "Start"}},
    {"home.about",
     {"Expected, offered, ordered and invoiced, side by side.",
      "Väntat, offererat, beställt och fakturerat, sida vid sida.",
      "Forventet, tilbudt, bestilt og fakturert, side om side."}},
    {"invoiced", {"Invoiced", "Fakturerat", "Fakturert"}},
    {"invoices", {"Invoices", "Fakturor", "Fakturaer"}},
    {"is_stand_in", {"Stand-in", "Platshållare", "Plassholder"}},
    {"label", {"", "", ""}},
    {"language", {"Language", "Språk", "Språk"}},
    {"later",
     {"This page comes with a later version. Its data can be reached through the actions.",
      "Sidan kommer i en senare version. Uppgifterna nås genom åtgärderna.",
      "Siden kommer i en senere versjon. Dataene nås gjennom handlingene."}},
    {"login", {"User name", "Användarnamn", "Brukernavn"}},
    {"login.failed",
     {"User name or password is wrong.", "Användarnamnet eller lösenordet är fel.",
      "Brukernavnet eller passordet er feil."}},
    {"login.heading", {"Log in", "Logga in", "Logg inn"}},
    {"login.origin",
     {"The form came from another site. Open this page afresh and try again.",
      "Formuläret kom från en annan webbplats. Öppna sidan på nytt och försök igen.",
      "Skjemaet kom fra et annet nettsted. Åpne siden på nytt og prøv igjen."}},
    {"login.submit", {"Log in", "Logga in", "Logg inn"}},
    {"login.throttled",
     {"Too many attempts. Try again in a while.", "För många försök. Försök igen om en stund.",
      "For mange forsøk. Prøv igjen om en stund."}},
    {"logout", {"Log out", "Logga ut", "Logg ut"}},
    {"lost", {"Closed – lost", "Stängd – tappad", "Lukket – tapt"}},
    {"medium", {"Medium", "Medium", "Medium"}},
    {"members", {"Members", "Medlemmar", "Medlemmer"}},
    {"menu", {"Menu", "Meny", "Meny"}},
    {"menus.preview", {"What is inside", "Det här finns", "Dette finnes"}},
    {"month", {"Month", "Månad", "Måned"}},
    {"more", {"Only the first entries are shown.", "Bara de första visas.", "Bare de første vises."}},
    {"next", {"Next page", "Nästa sida", "Neste side"}},
    {"name", {"Name", "Namn", "Navn"}},
    {"no", {"No", "Nej", "Nei"}},
    {"none", {"None", "Ingen", "Ingen"}},
    {"number", {"Number", "Nummer", "Nummer"}},
    {"offered", {"Offered", "Offererat", "Tilbudt"}},
    {"open", {"Open", "Öppen", "Åpen"}},
    {"opportunities", {"Opportunities", "Säljmöjligheter", "Salgsmuligheter"}},
    {"ordered", {"Ordered", "Beställt", "Bestilt"}},
    {"organisation_number", {"Organisation number", "Organisationsnummer", "Organisasjonsnummer"}},
    {"owner", {"Owner", "Ansvarig", "Ansvarlig"}},
    {"parent", {"Within", "Ingår i", "Inngår i"}},
    {"password", {"Password", "Lösenord", "Passord"}},
    {"pipeline", {"Pipeline by step", "Säljmöjligheter per steg", "Salgsmuligheter per steg"}},
    {"pipeline.about",
     {"Number, amount and weighted amount of sales opportunities",
      "Antal, belopp och viktat belopp för säljmöjligheter", "Antall, beløp og vektet beløp for salgsmuligheter"}},
    {"planned_close", {"Planned close", "Planerat avslut", "Planlagt avslutning"}},
    {"position", {"Order", "Ordning", "Rekkefølge"}},
    {"probability", {"Probability", "Sannolikhet", "Sannsynlighet"}},
    {"project", {"Project", "Projekt", "Prosjekt"}},
    {"quarter", {"Quarter", "Kvartal", "Kvartal"}},
    {"reason", {"Reason", "Orsak", "Årsak"}},
    {"rejection_rule", {"Rejection", "Avvisning", "Avvisning"}},
    {"roi", {"ROI %", "ROI %", "ROI %"}},
    {"roi_on_won", {"ROI on won %", "ROI på vunnet %", "ROI på vunnet %"}},
    {"sales", {"Sales per month", "Försäljning per månad", "Salg per måned"}},
    {"sales.about",
     {"Offered, ordered and invoiced over time", "Offererat, beställt och fakturerat över tid",
      "Tilbudt, bestilt og fakturert over tid"}},
    {"seller", {"Seller", "Säljare", "Selger"}},
    {"show", {"Show", "Visa", "Vis"}},
    {"skip", {"To the content", "Till innehållet", "Til innholdet"}},
    {"source", {"Source", "Källa", "Kilde"}},
    {"start", {"Start", "Start", "Start"}},
    {"state", {"State", "Tillstånd", "Tilstand"}},
    {"status", {"Status", "Status", "Status"}},
    {"step", {"Step", "Steg", "Steg"}},
    {"suggestions", {"Suggestions", "Förslag", "Forslag"}},
    {"table.caption", {"Figures", "Siffror", "Tall"}},
    {"title", {"Title", "Titel", "Tittel"}},
    {"to", {"To", "Till", "Til"}},
    {"to_link", {"To link", "Att koppla", "Å koble"}},
    {"to_link.about",
     {"Documents that no opportunity claims yet", "Dokument som ännu saknar säljmöjlighet",
      "Dokumenter som ennå mangler salgsmulighet"}},
    {"total", {"Total", "Summa", "Sum"}},
    {"type", {"Type", "Typ", "Type"}},
    {"unsubscribed", {"Unsubscribed", "Avanmälda", "Avmeldte"}},
    {"user", {"User", "Användare", "Bruker"}},
    {"weighted", {"Weighted", "Viktat", "Vektet"}},
    {"won", {"Closed – won", "Stängd – vunnen", "Lukket – vunnet"}},
    {"won_amount", {"Won amount", "Vunnet belopp", "Vunnet beløp"}},
    {"year", {"Year", "År", "År"}},
    {"yes", {"Yes", "Ja", "Ja"}},
};

const Entry* find(std::string_view key) {
  const auto* found = std::find_if(std::begin(kTexts), std::end(kTexts), [&](const Entry& e) { return e.key == key; });
  return found == std::end(kTexts) ? nullptr : found;
}

// "1234567" with a sign between groups of three.
std::string grouped(std::string_view digits, std::string_view sign) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += sign;
    out += digits[i];
  }
  return out;
}

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

}  // namespace

Language language_named(std::string_view tag) {
  const std::string_view language = tag.substr(0, 2);
  if (language == "sv") return Language::kSwedish;
  if (language == "nb" || language == "no" || language == "nn") return Language::kNorwegian;
  return Language::kEnglish;
}

std::optional<Language> language_accepted(std::string_view header) {
  std::optional<Language> best;
  int best_weight = 0;
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    std::string_view part = header.substr(0, comma);
    header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
    while (part.starts_with(' ')) part.remove_prefix(1);
    int weight = 1000;
    if (const std::size_t q = part.find(";q="); q != std::string_view::npos) {
      weight = 0;
      int unit = 1000;
      for (const char c : part.substr(q + 3)) {
        if (c >= '0' && c <= '9') weight += (c - '0') * unit;
        if (c >= '0' && c <= '9') unit /= 10;
      }
    }
    const std::string_view language = part.substr(0, 2);
    const bool known = language == "sv" || language == "nb" || language == "no" || language == "nn" || language == "en";
    if (known && weight > best_weight) {
      best = language_named(part);
      best_weight = weight;
    }
  }
  return best;
}

std::string_view language_tag(Language language) {
  constexpr std::string_view kTags[] = {"en", "sv", "nb"};
  return kTags[static_cast<std::size_t>(language)];
}

std::string_view language_title(Language language) {
  constexpr std::string_view kTitles[] = {"English", "Svenska", "Norsk bokmål"};
  return kTitles[static_cast<std::size_t>(language)];
}

bool has_text(std::string_view key) { return find(key) != nullptr; }

std::string text(Language language, std::string_view key) {
  if (const Entry* entry = find(key)) return std::string(entry->texts[static_cast<std::size_t>(language)]);
  std::string out(key);
  std::replace(out.begin(), out.end(), '_', ' ');
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

std::string amount_text(std::int64_t minor, std::string_view currency, Language language) {
  std::string plain = import::plain_amount(minor, import::currency_digits(currency).value_or(2));
  const bool negative = plain.starts_with('-');
  if (negative) plain.erase(0, 1);
  const std::size_t point = plain.find('.');
  const bool english = language == Language::kEnglish;
  std::string out = grouped(std::string_view(plain).substr(0, point), english ? "," : kNoBreakSpace);
  if (point != std::string::npos) out += (english ? "." : ",") + plain.substr(point + 1);
  if (negative) out.insert(0, english ? "-" : "\xE2\x88\x92");
  const bool crown =
      (language == Language::kSwedish && currency == "SEK") || (language == Language::kNorwegian && currency == "NOK");
  if (!currency.empty()) out += std::string(kNoBreakSpace) + (crown ? "kr" : std::string(currency));
  return out;
}

std::string number_text(std::int64_t number, Language language) {
  std::string plain = import::plain_amount(number, 0);
  const bool negative = plain.starts_with('-');
  if (negative) plain.erase(0, 1);
  const bool english = language == Language::kEnglish;
  // Four digits stand together, as in years.
  std::string out = plain.size() <= 4 ? plain : grouped(plain, english ? "," : kNoBreakSpace);
  return negative ? (english ? "-" : "\xE2\x88\x92") + out : out;
}

std::string day_text(std::string_view iso, Language language) {
  const auto digits = [&](std::size_t from, std::size_t count) {
    return std::all_of(iso.begin() + from, iso.begin() + from + count, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (iso.size() < 10 || iso[4] != '-' || iso[7] != '-' || !digits(0, 4) || !digits(5, 2) || !digits(8, 2)) {
    return std::string(iso);
  }
  const std::string year(iso.substr(0, 4)), month(iso.substr(5, 2)), day(iso.substr(8, 2));
  if (language == Language::kSwedish) return year + "-" + month + "-" + day;
  if (language == Language::kNorwegian) return day + "." + month + "." + year;
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t at = static_cast<std::size_t>((month[0] - '0') * 10 + (month[1] - '0'));
  if (at < 1 || at > 12) return std::string(iso);
  return day + std::string(kNoBreakSpace) + std::string(kMonths.substr((at - 1) * 3, 3)) + std::string(kNoBreakSpace) +
         year;
}

}  // namespace erp::host::web
