/// What words and phrases mean to the rules about prompt injection.
struct TermClasses: OptionSet, Sendable {
    let rawValue: UInt32
    static let override = Self(rawValue: 1 << 0)
    static let prior = Self(rawValue: 1 << 1)
    static let told = Self(rawValue: 1 << 2)
    static let instruction = Self(rawValue: 1 << 3)
    static let own = Self(rawValue: 1 << 4)
    static let newTask = Self(rawValue: 1 << 5)
    static let role = Self(rawValue: 1 << 6)
    static let persona = Self(rawValue: 1 << 7)
    static let negation = Self(rawValue: 1 << 8)
    static let limit = Self(rawValue: 1 << 9)
    static let reveal = Self(rawValue: 1 << 10)
    static let prompt = Self(rawValue: 1 << 11)
    static let question = Self(rawValue: 1 << 12)
    static let verbatim = Self(rawValue: 1 << 13)
    static let send = Self(rawValue: 1 << 14)
    static let secret = Self(rawValue: 1 << 15)
    static let address = Self(rawValue: 1 << 16)
    static let conceal = Self(rawValue: 1 << 17)
    static let refusal = Self(rawValue: 1 << 18)
    static let agent = Self(rawValue: 1 << 19)
    static let must = Self(rawValue: 1 << 20)
    static let jailbreak = Self(rawValue: 1 << 21)
    static let staging = Self(rawValue: 1 << 22)
    static let authority = Self(rawValue: 1 << 23)
    static let approve = Self(rawValue: 1 << 24)
    /// Not a meaning: the word was written with rot13.
    static let rotated = Self(rawValue: 1 << 25)
    /// Not a meaning: the word was written backwards.
    static let reversed = Self(rawValue: 1 << 26)
}

/// The terms of the rules in twelve languages, separated by bars. Written by hand for this library.
enum InjectionTerms {
    static let table: [(classes: TermClasses, terms: String)] = [
        (
            .override,
            """
            ignore|ignoring|disregard|disregarding|forget|bypass|override|overrule|overwrite|neglect|discard|dismiss|abandon|\
            circumvent|set aside|pay no attention to|do not follow|don't follow|stop following|no longer follow|no longer apply|\
            do not obey|don't obey|stop obeying|never mind|throw away|erase|wipe|void|supersede|supersedes|disable|turn off|\
            ignoriere|ignorieren|ignorieren sie|vergiss|vergesse|vergessen sie|missachte|missachten|umgehe|beachte nicht|überschreibe|\
            ignorez|ignorer|ignore|oublie|oubliez|oublier|contourne|contournez|ne tiens pas compte|ne tenez pas compte|fais abstraction|\
            ignora|ignore|ignorar|ignorad|olvida|olvide|olvidar|omite|descarta|haz caso omiso|no sigas|anula|desobedece|\
            ignora|ignorare|ignorate|dimentica|dimenticare|trascura|scavalca|non seguire|scorda|annulla|tralascia|\
            ignore|ignora|esqueça|esquece|esquecer|desconsidere|desconsidera|descarte|negeer|vergeet|omzeil|\
            игнорируй|игнорируйте|игнорировать|проигнорируй|забудь|забудьте|забыть|отмени|обойди|не следуй|\
            zignoruj|ignoruj|zapomnij|pomiń|obejdź|yok say|görmezden gel|unut|dikkate alma|\
            忽略|忽视|无视|無視|忘记|忘掉|不要理会|不再遵守|绕过|無視して|忘れて|無視しろ|無視せよ
            """
        ),
        (
            .prior,
            """
            previous|previously|prior|above|preceding|earlier|foregoing|former|initial|original|existing|past|all|any|every|\
            given to you|you were given|you have been given|you received|you've received|before this|so far|up to now|before|system|developer's|\
            vorherigen|vorherige|vorigen|bisherigen|bisherige|obigen|früheren|ursprünglichen|alle|alles|gegebenen|\
            précédentes|précédents|précédente|antérieures|toutes|tous|ci-dessus|initiales|\
            anteriores|anterior|previas|previos|todas|todos|iniciales|originales|precedenti|precedente|tutte|tutti|iniziali|sopra|\
            prévias|acima|iniciais|originais|vorige|eerdere|bovenstaande|alle|предыдущие|предыдущих|прежние|прошлые|все|всех|\
            poprzednie|wszystkie|wcześniejsze|önceki|tüm|bütün|之前|以前|以上|上述|先前|所有|前面|これまで|前の|全て|すべて|上記
            """
        ),
        (
            .told,
            """
            everything above|all of the above|all the above|what is above|everything i said|everything you were told|what you were told|\
            everything you have been told|everything you've been told|all that you were told|everything before|what came before|\
            everything prior|everything you know|everything you learned|whatever you were told|what you have been told|the text above|\
            anything above|everything said before|everything so far|everything up to|the previous text|the above|all context|\
            alles davor|alles bisherige|alles obige|was dir gesagt wurde|alles, was|tout ce qui précède|ce qui précède|tout ce que|\
            todo lo anterior|lo anterior|todo lo que|tutto ciò|tutto quello|quanto sopra|tudo acima|tudo o que|alles hierboven|всё выше|все выше|\
            以上内容|上面的内容|これまでの内容
            """
        ),
        (
            .instruction,
            """
            instruction|instructions|rule|rules|prompt|prompts|guideline|guidelines|directive|directives|directions|command|commands|\
            orders|constraint|constraints|restriction|restrictions|programming|policy|policies|safeguards|guardrails|context|messages|message|\
            training|protocols|conversation|requests|assignments|tasks|task|limitations|\
            anweisung|anweisungen|regeln|vorgaben|befehle|richtlinien|instruktionen|vorschriften|\
            consignes|consigne|règles|directives|ordres|indications|instrucciones|reglas|órdenes|indicaciones|directrices|\
            istruzioni|istruzione|regole|ordini|comandi|direttive|indicazioni|instruções|regras|ordens|comandos|diretrizes|\
            instructies|regels|opdrachten|инструкции|инструкций|указания|правила|команды|промпт|\
            instrukcje|polecenia|zasady|talimatları|talimatlar|kuralları|komutları|指令|指示|规则|規則|提示|命令|ルール|プロンプト
            """
        ),
        (
            .own,
            "your|you|yours|deine|deinen|deiner|ihre|ihren|tes|vos|votre|ton|tus|tu|su|sus|tue|tuoi|tuo|vostre|suas|seus|teu|je|jouw|uw|твои|свои|twoje|你的|您的|あなたの"
        ),
        (
            .newTask,
            """
            new instruction|new instructions|new task|new rules|new directive|new directives|new objective|new system prompt|\
            real task|actual task|true task|updated instructions|following instructions instead|your task is now|your job is now|your only task|\
            new goal|new orders|real instructions|actual instructions|neue anweisung|neue anweisungen|neue aufgabe|nouvelles instructions|nouvelle tâche|\
            nuevas instrucciones|nueva tarea|nuove istruzioni|nuovo compito|novas instruções|nova tarefa|новые инструкции|新的指令|新指令|新しい指示
            """
        ),
        (
            .role,
            """
            you are now|you're now|from now on|from this point on|from here on|act as|acting as|act like|pretend to be|pretend you are|pretend that you|pretend you're|\
            roleplay|role play|role-play|simulate|you will be|you are going to be|you are going to act|you will act|imagine you are|imagine that you are|take on the role|take the role|assume the role|\
            switch to|switch into|enter|activate|enable|activated|enabled|become|transform into|behave like|behave as|play the role|immerse yourself|you are about to|respond as|\
            you are a|you are an|act|answer as|operate in|operating in|you now operate|you now answer|you now have|\
            du bist jetzt|du bist nun|ab jetzt|von nun an|verhalte dich|spiele die rolle|tu so als|stell dir vor|agiere als|aktiviere|\
            tu es maintenant|vous êtes maintenant|à partir de maintenant|désormais|agis comme|agissez comme|fais semblant|imagine que tu|joue le rôle|active|\
            ahora eres|a partir de ahora|actúa como|actúe como|finge ser|finge que|imagina que eres|activa|\
            ora sei|adesso sei|d'ora in poi|da ora in poi|agisci come|comportati come|fingi di essere|immagina di essere|attiva|\
            agora você é|a partir de agora|aja como|finja ser|vanaf nu|je bent nu|gedraag je als|теперь ты|отныне|с этого момента|притворись|веди себя как|\
            jesteś teraz|od teraz|udawaj|artık sen|şu andan itibaren|你现在是|从现在开始|从现在起|扮演|假装|あなたは今|今から
            """
        ),
        (
            .persona,
            """
            dan|stan|dude mode|aim|unrestricted|unfiltered|uncensored|unlimited|unbound|amoral|evil|unethical|jailbroken|jailbreak|lawless|rogue|\
            developer mode|dev mode|god mode|debug mode|admin mode|sudo mode|root mode|maintenance mode|unsafe mode|test mode|opposite mode|unchained|\
            opposite|malicious|no restrictions|without restrictions|can do anything|do anything|no rules|no limits|no filters|no limitations|without any restrictions|machiavellian|\
            entwicklermodus|uneingeschränkt|uneingeschränkte|unzensiert|ohne einschränkungen|ohne regeln|mode développeur|sans restriction|sans restrictions|sans limites|sans filtre|sans censure|\
            modo desarrollador|sin restricciones|sin límites|sin filtros|sin censura|modalità sviluppatore|senza restrizioni|senza limiti|senza filtri|senza censura|\
            modo desenvolvedor|sem restrições|sem limites|zonder beperkingen|без ограничений|режим разработчика|bez ograniczeń|sınırsız|没有限制|无限制|不受限制|开发者模式|制限なし|開発者モード
            """
        ),
        (
            .negation,
            "no|without|free from|free of|never|not bound by|not limited by|not restricted by|not subject to|not have|don't have|doesn't have|remove|removed|lift|lifted|break free|disable|disabled|not constrained by|doesn't follow|regardless of|no longer|unconstrained by|not bound|freed from|ohne|sans|sin|senza|sem|zonder|без|bez|没有"
        ),
        (
            .limit,
            """
            restriction|restrictions|limitations|limitation|limits|filters|filter|censorship|guidelines|ethical guidelines|content policy|content policies|content filter|safety|\
            safeguards|guardrails|ethics|moral|morals|moderation|ethical|constraints|boundaries|openai|openai's|usage policies|safety guidelines|safety rules|safety filters|confines|alignment|\
            einschränkungen|beschränkungen|sicherheitsrichtlinien|restricciones|filtros|restrizioni|limiti|filtri|restrições|sécurité|restricties|ограничений|ограничения|限制|制限
            """
        ),
        (
            .reveal,
            """
            reveal|show|print|output|repeat|display|tell me|tell us|leak|dump|expose|disclose|share|recite|spell|write out|write down|give me|return|provide|quote|echo|list|state|\
            summarize|translate|paste|copy|describe|read out|post|send me|encode|extract|report|append|include|insert|convert|rephrase|render|complete|\
            zeige|zeig|nenne|verrate|gib|gebe|wiederhole|offenbare|drucke|schreibe|montre|montrez|révèle|révélez|affiche|affichez|répète|donne|dis-moi|\
            muestra|muéstrame|revela|imprime|repite|dime|enseña|mostra|mostrami|rivela|stampa|ripeti|dimmi|scrivi|mostre|revele|repita|toon|onthul|herhaal|покажи|раскрой|выведи|повтори|\
            pokaż|ujawnij|göster|显示|告诉|输出|重复|透露|見せて|表示|教えて|出力
            """
        ),
        (
            .prompt,
            """
            system prompt|system prompts|systemprompt|initial prompt|original prompt|hidden prompt|secret prompt|your prompt|your prompts|your instructions|your initial instructions|your original instructions|\
            your system instructions|your exact instructions|your hidden instructions|your full instructions|your complete instructions|your rules|your guidelines|your configuration|your initial prompt|your internal instructions|your internal rules|\
            system message|system instructions|system instruction|developer message|developer prompt|developer instructions|initial instructions|hidden instructions|hidden rules|internal instructions|internal prompt|confidential instructions|secret instructions|\
            instructions above|text above|words above|sentences above|content above|above text|above instructions|prompt above|instructions you were given|instructions you received|you were instructed|preamble|system context|context window|\
            systemanweisung|systemanweisungen|system-prompt|deine anweisungen|deinen prompt|deinen systemprompt|interne anweisungen|instructions système|prompt système|invite système|tes instructions|vos instructions|message système|\
            prompt del sistema|instrucciones del sistema|tus instrucciones|mensaje del sistema|prompt di sistema|istruzioni di sistema|le tue istruzioni|tuo prompt|messaggio di sistema|prompt do sistema|suas instruções|systeemprompt|\
            системный промпт|системные инструкции|свои инструкции|твои инструкции|系统提示|系统提示词|系统指令|システムプロンプト|sistem istemi
            """
        ),
        (
            .question,
            "what is|what are|what's|what was|what were|how do|how were|was ist|was sind|wie lautet|wie lauten|quel est|quelles sont|cuál es|cuáles son|qual è|quali sono|qual é|quais são|什么是|是什么"
        ),
        (
            .verbatim,
            "verbatim|word for word|exactly as|in full|in a code block|inside a code block|character by character|letter by letter|wörtlich|mot pour mot|palabra por palabra|parola per parola"
        ),
        (
            .send,
            "send|email|e-mail|mail|forward|upload|exfiltrate|transmit|post|submit|fetch|ping|curl|transfer|wire|deliver|leak|sende|schicke|leite|envoie|envoyez|transfère|envía|reenvía|manda|invia|inoltra|envie|отправь|发送|送信"
        ),
        (
            .secret,
            """
            conversation|chat history|conversation history|history|credentials|password|passwords|api key|api keys|apikey|secret|secrets|env|environment variables|user data|customer data|customer database|database|\
            private key|private keys|ssh keys|access token|tokens|token|session|personal data|personal information|contacts|emails|inbox|files|confidential|records|invoices|balance|funds|passwort|passwörter|zugangsdaten|mot de passe|contraseña|contraseñas|credenziali|senha|пароль|密码
            """
        ),
        (
            .address,
            "http|https|www|attacker|webhook|mailto|gmail|ngrok|evil|requestbin|external server|remote server|my server|this address|this url|following url"
        ),
        (
            .conceal,
            """
            do not tell the user|don't tell the user|do not mention this|don't mention this|never mention this|without telling the user|without telling anyone|do not inform the user|don't inform the user|without informing|\
            do not let the user|hide this from|do not reveal this|don't reveal this|without the user knowing|without the user's knowledge|without asking the user|without asking for confirmation|without confirmation|do not ask for confirmation|don't ask for confirmation|\
            keep this hidden|keep this secret from|do not disclose this|don't alert|do not alert|do not notify|don't notify|not visible to the user|sag dem nutzer nichts|ohne den nutzer|ne le dis pas à|sans en informer|sin informar|no se lo digas|senza informare|non dirlo|不要告诉用户
            """
        ),
        (
            .refusal,
            """
            do not refuse|don't refuse|never refuse|cannot refuse|can't refuse|must not refuse|you can't say|never say you can't|never say no|cannot say no|never say i cannot|do not say i can't|no disclaimers|without disclaimers|no warnings|without warnings|without any warnings|\
            do not apologize|don't apologize|never apologize|stay in character|remain in character|break character|breaking character|start your response with|start your answer with|begin your response with|begin your reply with|start with sure|begin with sure|\
            never decline|do not add disclaimers|don't add any|don't lecture|no moralizing|do not include any warnings|comply with any|comply with every|obey all|answer any question|answers any question|answer all questions|answer every question|not allowed to refuse|no matter how|regardless of legality|illegal or unethical|without hesitation|do not mention openai|\
            weigere dich nicht|ne refuse pas|no te niegues|non rifiutare
            """
        ),
        (
            .agent,
            "ai assistant|ai model|ai models|ai agent|ai agents|language model|language models|llm|llms|chatgpt|gpt|chatbot|if you are an ai|if you're an ai|to the assistant|to the ai|note to ai|attention ai|dear ai|assistant|agents|agent|ki-assistent|assistant ia|asistente|assistente|AI助手"
        ),
        (
            .must,
            "must|should|shall|instructed to|required to|need to|have to|immediately|urgent|please call|please execute|please send|required|mandatory|important|note|reading this|processing this|summarizing this"
        ),
        (
            .jailbreak,
            """
            do anything now|developer mode enabled|developer mode activated|developer mode output|dan mode|you are dan|stay a dan|as dan|jailbreak|jailbroken|jailbreaked|chatgpt with developer mode|evil confidant|have been freed|broken free of|\
            superior dan|anti-dan|always intelligent and machiavellian|god mode enabled|sudo mode enabled|safety protocols disabled|safety filters disabled|safety disabled|you have no restrictions|you have no rules|you have no limits|without any filters|without any restrictions or|\
            you are free from|free from all restrictions|unrestricted mode|unfiltered mode|no content policy|you are unrestricted|you are uncensored|grandma used to|deceased grandmother|my late grandmother
            """
        ),
        (
            .staging,
            "hypothetical response|two responses|two ways|answer twice|respond twice|in both modes|as your opposite|opposite of what you|fictional world where|token system|you have tokens|lose tokens|imaginary scenario where|for educational purposes only|in a parallel universe|written by an evil|niccolo machiavelli|as an unfiltered"
        ),
        (
            .authority,
            "i am your developer|i am your creator|i'm your developer|i am the developer|i am the administrator|i'm the administrator|i am an admin|as your administrator|as the administrator|message from openai|message from anthropic|from the developers|system administrator|system override|admin override|security override|override code|override mode|emergency override|authorized by openai|authorized by the|this is your developer|openai employee|anthropic employee|security team|system notice|system update|system alert|priority override|with administrator privileges|als administrator|als entwickler"
        ),
        (
            .approve,
            "approve this|rate this|give this a perfect|this candidate|recommend this|rank this|positive review|mark this as safe|mark as approved|auto-approve|skip the review|skip review|skip verification|do not verify|disable logging|grant access|grant me|delete all|transfer all"
        ),
        (
            .reversed,
            "erongi|drager|dragersid|tegrof|snoitcurtsni|noitcurtsni|tpmorp|metsys|suoiverp|laever|selur|edirrevo|roirp|evoba"
        ),
    ]
}
