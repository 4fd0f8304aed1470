/// Names by what stands before them: titles ("Mr", "Dr.", "Frau", "Señora"), introductions ("my name is", "ich heiße"), greetings ("Dear",
/// "Hello"), signatures ("Regards,") and form fields ("Name:").
///
/// No dictionary and no model: it finds names that a text announces and no others. Expect high precision and low recall.
public struct HeuristicNameRecognizer: PersonalDataRecognizer {
    /// `name-heuristic`.
    public let name = "name-heuristic"
    /// Persons.
    public let kinds: Set<PersonalDataKind> = [.person]

    /// A recognizer.
    public init() {}

    private enum Cue: UInt8 {
        case title = 1
        case introduction = 2
        case greeting = 3
        case signature = 4
        case field = 5
    }

    private static let cues: [UInt64: Cue] = {
        let lists: [(Cue, String)] = [
            (
                .title,
                "mr,mrs,ms,miss,mister,dr,prof,professor,sir,madam,herr,herrn,frau,monsieur,mme,mlle,madame,señor,señora,sr,sra,srta,don,doña,signor,signora,sig,dott,senhor,senhora,dhr,mevr,meneer,mevrouw,pan,pani,fru"
            ),
            (
                .introduction,
                "name is,i am called,ich heiße,ich heisse,name ist,m'appelle,m appelle,nom est,me llamo,nombre es,mi chiamo,nome è,me chamo,chamo-me,nome é,ik heet,naam is,nazywam się,jag heter,nimeni on,signed by,named,patient name,customer name"
            ),
            (
                .greeting,
                "dear,hello,hi,hey,hallo,liebe,lieber,cher,chère,bonjour,hola,estimado,estimada,querido,querida,ciao,caro,cara,gentile,olá,prezado,prezada,beste,geachte,cześć,hej"
            ),
            (
                .signature,
                "regards,sincerely,cheers,yours,grüße,grüßen,cordialement,saludos,saluti,cumprimentos,groeten"
            ),
            (
                .field,
                "name,surname,full name,first name,last name,vorname,nachname,nom,prénom,nombre,apellido,apellidos,nome,cognome,sobrenome,naam,achternaam,imię,nazwisko,patient,customer,employee,contact,attn,attention,recipient,cardholder,account holder"
            ),
        ]
        var cues: [UInt64: Cue] = [:]
        for (cue, list) in lists {
            for word in list.utf8.split(separator: UInt8(ascii: ",")) {
                cues[word.reduce(ContextLexicon.seed, ContextLexicon.step)] = cue
            }
        }
        return cues
    }()

    /// Words that begin with a capital after a greeting and are no names.
    private static let notNames: Set<UInt64> = {
        let words =
            "sir,madam,team,all,customer,everyone,support,friends,colleagues,there,world,mr,mrs,ms,the,this,that,i,we,you,it,is,a,an,and,or,not,please,thank,thanks,our,your,in,on,for,to,from,hiring,manager,user,guest,member,subscriber,god,lord,damen,herren,n/a,none,unknown,address,phone,email,date,number,id,error,true,false,null,if,when,what,how,who,where,just,no,yes,my,but,so,as,at,he,she,they"
        return Set(
            words.utf8.split(separator: UInt8(ascii: ",")).map { $0.reduce(ContextLexicon.seed, ContextLexicon.step) })
    }()

    /// The announced names of a text.
    public func recognize(_ text: UnsafeBufferPointer<UInt8>) -> [RecognizedEntity] {
        guard let bytes = text.baseAddress else { return [] }
        let count = text.count
        var entities: [RecognizedEntity] = []
        var index = 0
        var previous: UInt64?
        while index < count {
            guard Self.isNameByte(bytes[index]) else {
                if bytes[index] == 0x0A || bytes[index] == UInt8(ascii: ".") { previous = nil }
                index += 1
                continue
            }
            let start = index
            var hash = ContextLexicon.seed
            var pair = previous.map { ContextLexicon.step($0, 0x20) }
            while index < count, Self.isNameByte(bytes[index]) {
                let byte = ByteClass.lowercased(bytes[index])
                hash = ContextLexicon.step(hash, byte)
                if let open = pair { pair = ContextLexicon.step(open, byte) }
                index += 1
            }
            previous = hash
            guard index - start <= 16, index < count else { continue }
            let next = bytes[index]
            guard
                next == 0x20 || next == UInt8(ascii: ".") || next == UInt8(ascii: ":") || next == UInt8(ascii: ",")
                    || next == 0x0A
            else {
                continue
            }
            guard let cue = pair.flatMap({ Self.cues[$0] }) ?? Self.cues[hash] else { continue }
            if let entity = name(bytes, count, after: index, cue: cue, isCapital: !ByteClass.isLower(bytes[start])) {
                entities.append(entity)
                index = entity.range.upperBound
                previous = nil
            }
        }
        return entities
    }

    @inline(__always) private static func isNameByte(_ byte: UInt8) -> Bool { ByteClass.isLetter(byte) || byte >= 0x80 }

    /// The name after a cue that ends at `end`.
    private func name(_ bytes: UnsafePointer<UInt8>, _ count: Int, after end: Int, cue: Cue, isCapital: Bool)
        -> RecognizedEntity?
    {
        var index = end
        switch cue {
        case .title:
            guard isCapital else { return nil }
            if bytes[index] == UInt8(ascii: ".") { index += 1 }
        case .greeting: guard isCapital, bytes[index] == 0x20 else { return nil }
        case .field:
            guard bytes[index] == UInt8(ascii: ":") else { return nil }
            index += 1
        case .signature:
            guard bytes[index] == UInt8(ascii: ",") || bytes[index] == 0x0A else { return nil }
            if bytes[index] == UInt8(ascii: ",") { index += 1 }
            guard index < count, bytes[index] == 0x0A else { return nil }
            while index < count, bytes[index] == 0x0A { index += 1 }
        case .introduction: if bytes[index] == UInt8(ascii: ":") { index += 1 }
        }
        while index < count, bytes[index] == 0x20 { index += 1 }
        let start = index
        var last = index
        var words = 0
        while words < 4, let word = nameWord(bytes, count, index) {
            last = word
            words += 1
            guard word + 1 < count, bytes[word] == 0x20 else { break }
            index = word + 1
            // van, de, von, da between names.
            if let particle = particle(bytes, count, index), nameWord(bytes, count, particle) != nil {
                index = particle
            }
        }
        guard words > 0 else { return nil }
        let score =
            switch cue {
            case .title: 0.75
            case .introduction: 0.85
            case .field, .signature: words >= 2 ? 0.75 : 0.55
            case .greeting: words >= 2 ? 0.65 : 0.55
            }
        return RecognizedEntity(kind: .person, range: start..<last, score: score)
    }

    /// The end of a word that can be part of a name: a capital and small letters, or an initial.
    private func nameWord(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ start: Int) -> Int? {
        guard start < count,
            ByteClass.isUpper(bytes[start]) || bytes[start] == 0xC3 && start + 1 < count && bytes[start + 1] < 0x9F
                || bytes[start] == 0xC5 || bytes[start] == 0xD0
        else { return nil }
        var index = start
        var hash = ContextLexicon.seed
        while index < count, index - start < 40,
            Self.isNameByte(bytes[index])
                || (bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "'")) && index + 1 < count
                    && Self.isNameByte(bytes[index + 1])
        {
            hash = ContextLexicon.step(hash, ByteClass.lowercased(bytes[index]))
            index += 1
        }
        if index - start == 1 { return index < count && bytes[index] == UInt8(ascii: ".") ? index + 1 : nil }
        if index < count, ByteClass.isDigit(bytes[index]) || bytes[index] == UInt8(ascii: "_") { return nil }
        return Self.notNames.contains(hash) ? nil : index
    }

    private func particle(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ start: Int) -> Int? {
        for particle in [
            "van der ", "van den ", "van ", "von ", "de la ", "de ", "del ", "della ", "di ", "da ", "dos ", "du ",
            "el ", "al ", "bin ",
        ] {
            let length = particle.utf8.count
            if start + length < count,
                UnsafeBufferPointer(start: bytes + start, count: length).elementsEqual(particle.utf8)
            {
                return start + length
            }
        }
        return nil
    }
}
