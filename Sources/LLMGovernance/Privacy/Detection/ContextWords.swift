/// Words near personal data, by topic; English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Swedish, Norwegian,
/// Danish, Finnish, Turkish, Czech, Romanian, Russian, Chinese, Japanese, Korean and some more. All in lower case.
enum ContextWords {
    static let all: [(topic: ContextTopic, words: String)] = [
        (
            .phone,
            """
            phone*, telephone*, tel, tél, tele, mobile, cell, cellphone, cellular, landline, call, calls, calling, called, caller, dial, fax, telefax*, \
            contact, contacts, whatsapp, sms, text me, text us, texted, reach, ring, hotline, helpline, callback, voicemail, pager, hp, ph, mob, \
            signal, telegram, viber, number is, dialling, dialing, handphone, \
            telefon*, handy*, mobil, mobiltelefon*, mobilnummer, rufnummer*, anruf*, anrufen, ruf, rückruf*, festnetz*, erreichbar, erreichen, \
            kontakt*, durchwahl, wählen, \
            téléphone*, téléphon*, portable, appeler, appelez, appelle, appelle-moi, joindre, joignable, coordonnées, numéro de, fixe, rappeler, \
            rappelez, mobile, contactez, \
            teléfono*, telefono*, móvil*, movil*, celular*, llamar, llame, llamame, llámame, llámeme, llámanos, contacto, contactar, marque, \
            cellulare, chiamare, chiami, chiamami, chiamate, chiamaci, recapito, contattare, contattami, contattateci, fisso, \
            telefone*, telemóvel, telemovel, ligue, ligar, ligação, ligue-me, contato, contacto, fone, recado, zap, \
            telefoon*, mobiel*, bel, bellen, belt, gsm, terugbellen, bereikbaar, bereiken, nummer is, \
            komórk*, zadzwoń, zadzwonić, dzwoń, dzwonić, kom, nr tel, kontaktow*, \
            ring, ringa, mobil*, mobiltelefon, mobilnr, tfn nr, tlf*, tlf, nå, ringe, opkald, \
            puhelin*, puh, soita, soittaa, matkapuhelin*, kännykkä, gsm, \
            cep, ara, arayın, arayabilir*, arayınız, telefonum, iletişim, \
            volejte, volat, zavolejte, tel.č, kontakt, sunați, suna, mobil, \
            телефон*, тел, позвоните, звоните, позвони, звонить, моб, мобильн*, сотов*, связаться, номер телефона, телефону, \
            τηλέφωνο, κινητό, 电话, 手机, 致电, 联系, 拨打, 電話, 携帯, 連絡, 手機, 전화, 휴대폰, 연락, 핸드폰, फ़ोन, फोन, मोबाइल, संपर्क, कॉल, \
            هاتف, جوال, الهاتف, اتصل, طلفون, טלפון, นัด, โทร, điện thoại, gọi, telepon, hubungi, hp
            """
        ),
        (
            .email,
            "email*, e-mail*, mail, mails, correo, courriel, adresse électronique, posta, mejl, sähköposti, почта, 邮箱, メール, 이메일"
        ),
        (
            .card,
            """
            card*, credit, debit, visa, mastercard, amex, american express, discover, diners, jcb, maestro, unionpay, rupay, cc, cvv, cvc, \
            kreditkarte*, karte, kartennummer, karten, carte, bancaire, cb, tarjeta*, crédito, credito, carta, cartão, cartao, creditcard*, \
            kaart*, kaartnummer, pinpas, karta, karty, kartę, kartą, kredytow*, kort*, kreditkort*, kortti*, luottokort*, kart, kartı, kartım, \
            kredi, карта, карты, карту, карте, картой, кредитн*, 信用卡, 卡号, カード, 카드, कार्ड, charge, charged, payment
            """
        ),
        (
            .iban,
            "iban, bank*, account*, konto*, kontonummer, compte, cuenta, conto, conta, rekening*, rachun*, überweis*, virement, bonifico, transferencia, "
                + "sepa, bic, swift, wire, transfer, tili*, hesap, счет, счёт, 口座, 계좌, 账户"
        ),
        (
            .bank,
            "bank*, account*, acct, checking, savings, debit, deposit, iban, direct deposit, acc no, wire, beneficiary, "
                + "konto*, compte, cuenta, conto, conta, rekening*, 账号, 口座, 계좌"
        ),
        (.routing, "routing, aba, rtn, transit, bank routing, wire, ach, direct deposit"),
        (
            .ssn,
            "ssn, ssns, social security, social security number, social, soc sec, ss#, ssid, ss, seguro social, social-security, socialsecurity*"
        ),
        (.itin, "itin, individual taxpayer, taxpayer, tax id, tin, irs, tax"),
        (
            .passport,
            "passport*, reisepass*, pass, passeport*, pasaporte*, passaporto, passaporte*, paspoort*, paszport*, pass nr, passi, pasaport, паспорт*, 护照, 旅券, 여권, travel document"
        ),
        (
            .driverLicense,
            "driver*, driving, dl, license, licence, driver's, drivers, dmv, permit, identification card, führerschein*, permis, conducir, patente, rijbewijs, prawo jazdy, körkort"
        ),
        (
            .medicalLicense,
            "dea, medical, prescriber, prescription*, certificate, license, licence, physician, doctor, dr, controlled, registration"
        ),
        (.provider, "npi, provider, physician, national provider, clinic, practitioner"),
        (.medicareUS, "medicare, mbi, beneficiary, cms, medicaid, hic"),
        (
            .birth,
            """
            birth*, born, dob, d.o.b, bday, birthdate, birthday, date of birth, geburt*, geboren, geb, geburtsdatum, naissance, né, née, nacimiento, \
            nació, nacido, nacida, nascita, nato, nata, nascimento, nasceu, nascido, nascida, geboortedatum, geboorte, urodzen*, urodzony, urodzona, \
            ur, född*, födelse*, født*, fødsels*, syntynyt, syntymä*, doğum, narozen*, născut*, nașterii, рожден*, родился, родилась, 出生, 生年月日, \
            生日, 생년월일, 출생, जन्म
            """
        ),
        (.date, "date, on, until, since, am, le, el, il, em, op, dnia, den"),
        (
            .network,
            "ip, ipv4, ipv6, address, addr, host, server, ping, connect*, network, subnet, gateway, dns, login, logged, client, router, adresse, dirección, indirizzo, endereço, adres, mac, ethernet, device, wifi"
        ),
        (
            .crypto,
            "wallet*, btc, bitcoin*, eth, ethereum, crypto*, address, blockchain, satoshi, coin, coins, donate, hash"
        ),
        (
            .nationalID,
            "id, identity, national, citizen, identification, identity card, ausweis*, identité, identidad, identità, identidade, identiteit*, dowód, legitimation, henkilö*"
        ),
        (.sin, "sin, social insurance, insurance number, nas, assurance sociale, canada, canadian"),
        (.cpf, "cpf, cadastro de pessoas, receita, contribuinte"),
        (.cnpj, "cnpj, cadastro nacional, empresa, pessoa jurídica"),
        (.curp, "curp, clave única, registro de población"),
        (.cuit, "cuit, cuil, clave única"),
        (.rut, "rut, run, rol único, chile"),
        (.nhs, "nhs, national health, health service, patient, patients, hospital, gp, medical record"),
        (.nino, "nino, ni, national insurance, insurance number, insurance no, hmrc, payroll"),
        (.pps, "pps, ppsn, ppsno, personal public service"),
        (
            .steuerID,
            "steuer*, steuerid, steueridentifikation*, steuernummer, idnr, identifikationsnummer, tin, steuer-id, steuerliche*, tax id, tax number, tax identification, finanzamt"
        ),
        (
            .socialInsurance,
            "sozialversicherung*, rentenversicherung*, versicherungsnummer, rvnr, svnr, sv, social insurance, pension"
        ),
        (.idCard, "personalausweis*, ausweis*, id card, identity card, perso, ausweisnummer"),
        (.dni, "dni, nif, d.n.i, documento nacional, identidad, identificación fiscal, documento, identificación"),
        (.nie, "nie, n.i.e, extranjero, extranjeros, identidad, identificación, número de identidad"),
        (.codiceFiscale, "codice fiscale, cf, fiscale, c.f, codicefiscale, tax code"),
        (.vat, "partita iva, p.iva, piva, iva, vat, p iva, partita"),
        (.pesel, "pesel, nr pesel, numer pesel"),
        (
            .nir,
            "sécurité sociale, securite sociale, nir, insee, sécu, secu, numéro de sécurité, carte vitale, vitale, assuré, social security, ssn"
        ),
        (.bsn, "bsn, burgerservicenummer, sofi*, sofinummer, burger service, citizen service"),
        (
            .rijksregister,
            "rijksregister*, registre national, nn, niss, insz, national number, rijksregisternummer, nationaal nummer"
        ),
        (.nif, "nif, contribuinte, número de contribuinte, identificação fiscal, fiscal, finanças"),
        (.ahv, "ahv*, avs, sozialversicherungsnummer, navs, ahv-nr, ahv-nummer, numéro avs, oasi"),
        (
            .hetu,
            "hetu, henkilötunnus*, henkilötunnuksen*, henkilötunnukseni, personbeteckning, sosiaaliturvatunnus, personal identity, identity code"
        ),
        (
            .personnummer,
            "personnummer*, personnr, pnr, person-nr, samordningsnummer, personal identity, personal number"
        ),
        (.fodselsnummer, "fødselsnummer*, fodselsnummer*, personnummer, fnr, d-nummer"),
        (.cpr, "cpr, cpr-nummer, cpr-nr, cprnummer, personnummer"),
        (.rodneCislo, "rodné, rodne, rodné číslo, rodného, rč, r.č, birth number"),
        (.cnp, "cnp, cod numeric, codul numeric"),
        (.egn, "егн, egn"),
        (.oib, "oib, osobni identifikacijski"),
        (.isikukood, "isikukood*, asmens kodas, asmens"),
        (.kimlik, "kimlik, tckn, tc, t.c, vatandaşlık, national id"),
        (.aadhaar, "aadhaar, aadhar, uid, uidai, adhaar, आधार"),
        (.pan, "pan, permanent account, income tax, pancard, पैन"),
        (.nric, "nric, fin, ic, identity card, foreign identification"),
        (.tfn, "tfn, tax file, tax file number"),
        (.abn, "abn, australian business, business number"),
        (.acn, "acn, australian company, company number"),
        (.medicareAU, "medicare, medicare card, irn"),
        (.rrn, "rrn, 주민등록*, 주민번호*, 주민, resident registration, 외국인등록"),
        (.thaiID, "thai, บัตรประชาชน, เลขประจำตัว, national id, identification"),
        (
            .chinaID,
            "身份证, 身份证号, 公民身份, 身分證, 證號, resident identity, identity card, id card, teudat, ת.ז, זהות, israeli, south african, identity number"
        ),
        (.tax, "tax, tin, taxpayer, fiscal, steuer, impôt, impuesto, imposto, belasting"),
        (
            .other,
            """
            order*, invoice*, version*, ver, release, build, part, sku, isbn, issn, ean, upc, tracking, shipment, parcel, serial, model, item, product*, article, \
            ticket*, reference, ref, batch, lot, case, chapter, section, figure, page, paragraph, revision, commit, checksum, hash, md5, sha, sha1, sha256, \
            digest, uuid, guid, score*, ratio, coordinates, latitude, longitude, price, prices, cost, total, sum, amount, budget, population, revenue, timestamp, \
            epoch, port, sensor, imei, imsi, iccid, gtin, gln, catalogue, catalog, doi, flight, bug, issue, pull, barcode, transaction, quantity, qty, units, firmware, kernel, \
            bestell*, bestellung, auftrag*, rechnung*, artikel*, teilenummer, seriennummer, sendung*, vorgang*, aktenzeichen, fassung, ausgabe, kapitel, seite, \
            commande, facture, référence, colis, pièce, modèle, article, dossier, suivi, chapitre, \
            pedido, factura, referencia, artículo, pieza, modelo, seguimiento, versión, serie, \
            ordine, fattura, riferimento, articolo, pezzo, modello, spedizione, versione, pratica, \
            encomenda, fatura, nota fiscal, referência, artigo, peça, versão, rastreio, protocolo, \
            bestelling, factuur, referentie, onderdeel*, artikelnummer, serienummer, zending, versie, dossier, \
            zamówien*, faktur*, wersja, przesyłk*, artykuł, numer seryjny, order*, ordernummer, faktura*, fakturanr, artikelnr, sändning, \
            tilaus*, lasku*, versio*, sipariş, fatura, sürüm, objednávk*, заказ*, счёт-фактур*, версия, 订单, 订单号, 版本, 注文, 주문
            """
        ),
    ]
}
