//! Names, places and trades to invent a register from. Every pairing of a forename and a surname is chance.

/// Names of one broad origin, commonest first, and the share of a hundred people who bear them.
pub(super) struct Pool {
    pub surnames: &'static [&'static str],
    pub forenames: &'static [&'static str],
    pub share: u64,
}

#[rustfmt::skip]
pub(super) const POOLS: &[Pool] = &[
    Pool {
        surnames: &[
            "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright",
            "Thompson", "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Harris",
            "Clark", "Lewis", "Turner", "Hill", "Cooper", "Ward", "Moore", "Baker", "Allen", "Bailey", "Shaw",
            "Bennett", "Cartwright", "Colclough", "Bourne", "Brindley", "Salt", "Sherratt", "Tunnicliffe",
            "Beardmore", "Bloor", "Heath", "Machin", "Hollinshead", "Alcock", "Mellor", "Plant", "Rhead", "Walklate",
            "Whitehurst", "Wedgbury", "Fernyhough", "Goodfellow", "Hulme", "Kent", "Lovatt", "Proctor", "Rushton",
            "Sambrook", "Tams", "Unwin", "Viggars", "Warrilow", "Yates", "Ashcroft", "Birchall", "Copestake",
            "Deakin", "Eardley", "Finney", "Gratton", "Hambleton", "Inskip", "Jervis", "Kettle", "Leese", "Mountford",
            "Nixon", "Oakden", "Peake", "Quimby", "Ratcliffe", "Shufflebotham", "Titterton", "Upton", "Venables",
            "Wain", "D'Arcy",
        ],
        forenames: &[
            "James", "Karen", "Paul", "Susan", "David", "Julie", "Mark", "Tracey", "Andrew", "Deborah", "Stephen",
            "Jacqueline", "Ian", "Lorraine", "Kevin", "Michelle", "Darren", "Donna", "Lee", "Nicola", "Craig", "Emma",
            "Gareth", "Joanne", "Wayne", "Lisa", "Scott", "Claire", "Ryan", "Gemma", "Dean", "Kelly", "Shaun", "Zoë",
            "Carl", "Siân", "Adrian", "Chloë", "Jean-Paul", "Mary-Ann", "Neil", "Beverley", "Graham", "Pauline",
            "Roy", "Sheila", "Trevor", "Maureen", "Keith", "Brenda",
        ],
        share: 62,
    },
    Pool {
        surnames: &[
            "O'Connor", "O'Neill", "O'Brien", "Murphy", "Kelly", "Byrne", "Ryan", "Walsh", "McCarthy", "Gallagher",
            "Doherty", "Kennedy", "Lynch", "Fitzgerald", "Mac'Allister", "O'Hara", "Brennan", "Burke",
            "Ní Dhomhnaill", "Quinn",
        ],
        forenames: &[
            "Seán", "Siobhán", "Patrick", "Máire", "Liam", "Aoife", "Declan", "Niamh", "Brendan", "Órla", "Eoin",
            "Róisín", "Kieran", "Bríd",
        ],
        share: 5,
    },
    Pool {
        surnames: &[
            "Khan", "Hussain", "Ahmed", "Ali", "Mahmood", "Akhtar", "Begum", "Bibi", "Iqbal", "Malik", "Shah",
            "Mirza", "Choudhury", "Rahman", "Uddin", "Miah", "Qureshi", "Siddiqui", "Chaudhry", "Butt", "Rashid",
            "Aziz", "Zaman", "Farooq", "Raja", "Kiani", "Bashir", "Tariq",
        ],
        forenames: &[
            "Mohammed", "Nasreen", "Imran", "Shazia", "Tariq", "Rukhsana", "Asif", "Samina", "Zahid", "Fozia",
            "Nadeem", "Shabana", "Kashif", "Parveen", "Waqas", "Ayesha", "Amjad", "Saima", "Shabir", "Yasmin",
            "Abdul-Rahman", "Noor", "Bilal", "Hafsa",
        ],
        share: 14,
    },
    Pool {
        surnames: &[
            "Patel", "Singh", "Kaur", "Sharma", "Gill", "Dhillon", "Sandhu", "Bains", "Mistry", "Chauhan", "Desai",
            "Joshi", "Parmar", "Solanki", "Sahota", "Rai", "Grewal", "Nair", "Pillai", "Fernando",
        ],
        forenames: &[
            "Harpreet", "Gurdeep", "Manjit", "Jaswinder", "Rajesh", "Hansa", "Amrit", "Sukhdev", "Priya", "Vijay",
            "Balbir", "Meena", "Sunil", "Kiran", "Nilesh", "Anita",
        ],
        share: 5,
    },
    Pool {
        surnames: &[
            "Kowalski", "Nowak", "Wiśniewski", "Wójcik", "Kowalczyk", "Kamińska", "Lewandowski", "Zieliński",
            "Szymański", "Dąbrowska", "Kozłowski", "Jankowska", "Woźniak", "Krawczyk", "Grabowska", "Pawłowski",
        ],
        forenames: &[
            "Piotr", "Agnieszka", "Krzysztof", "Małgorzata", "Tomasz", "Katarzyna", "Paweł", "Ewa", "Łukasz",
            "Żaneta", "Grzegorz", "Beata",
        ],
        share: 4,
    },
    Pool {
        surnames: &[
            "Popescu", "Ionescu", "Țurcanu", "Dumitrescu", "Stănescu", "Munteanu", "Bălan", "Rusu", "Constantin",
            "Ștefănescu",
        ],
        forenames: &[
            "Ion", "Elena", "Andrei", "Mihaela", "Gheorghe", "Ioana", "Ștefan", "Cătălina", "Florin", "Daniela",
        ],
        share: 3,
    },
    Pool {
        surnames: &[
            "Adeyemi", "Okafor", "Mensah", "Owusu", "Boateng", "Nwosu", "Eze", "N'Diaye", "Mbeki", "Chukwu", "Asante",
            "Kamara", "Sesay", "Dlamini", "Campbell", "Bailey-Grant", "Morrison", "St Clair", "Brathwaite", "Francis",
        ],
        forenames: &[
            "Kwame", "Ngozi", "Emeka", "Abena", "Tunde", "Chioma", "Kofi", "Adwoa", "Winston", "Marcia", "Delroy",
            "Yvonne", "Leroy", "Beverley",
        ],
        share: 4,
    },
    Pool {
        surnames: &[
            "García", "Gonçalves", "Fernandes", "Núñez", "Muñoz", "da Silva", "de Souza", "Szabó", "Nagy", "Novák",
            "Nováková", "Yılmaz", "Öztürk", "Şahin", "Müller", "Åkesson", "Jørgensen", "Nguyễn", "Chen", "Wong",
            "Lam", "Haddad", "El-Masri", "Al-Sayed", "Petrauskas", "Kazlauskienė",
        ],
        forenames: &[
            "José", "Inês", "João", "María", "Zoltán", "Ágnes", "Jiří", "Ivana", "Mehmet", "Ayşe", "Bjørn", "Linh",
            "Wei", "Mei", "Omar", "Layla", "Vytautas", "Rūta",
        ],
        share: 3,
    },
];

/// First words of firms that are named after a place.
#[rustfmt::skip]
pub(super) const PLACES: &[&str] = &[
    "Abbots", "Aldery", "Amber", "Anson", "Ashbrook", "Barlow", "Beacon", "Birchwood", "Blythe", "Bridle", "Brook",
    "Cawdor", "Chartley", "Churnet", "Clay", "Cloud", "Copper", "Crossway", "Dale", "Dovebank", "Eagle", "Elder",
    "Fallow", "Fernhill", "Flint", "Forge", "Foxhollow", "Gorse", "Granville", "Hallmark", "Hanford", "Harecastle",
    "Heron", "Highfield", "Hollybush", "Ingestre", "Ironstone", "Jubilee", "Kestrel", "Kiln", "Knot", "Lakeside",
    "Larkhill", "Limekiln", "Lodge", "Manifold", "Mercia", "Millrace", "Minster", "Moorside", "Mosslee", "Northgate",
    "Oakamoor", "Orchard", "Paragon", "Penk", "Pinfold", "Potters", "Priory", "Quarry", "Ravens", "Redhill",
    "Ridgeway", "Rowan", "Saxon", "Sentinel", "Shugbrook", "Sow", "Spode", "Stafforde", "Swan", "Tame", "Thornyfield",
    "Three Spires", "Trentham Vale", "Trinity", "Unicorn", "Vale", "Viking", "Wayfarer", "Weaver", "Westgate",
    "Whitmore", "Willow", "Wolds", "Wren", "Yarrow",
];

/// What a firm does, as its name says it.
pub(super) const TRADES: &[&str] = &[
    "Travel",
    "Private Hire",
    "Cars",
    "Taxis",
    "Coaches",
    "Minibuses",
    "Transport",
    "Executive Cars",
    "Community Transport",
    "School Runs",
    "Passenger Services",
    "Contract Hire",
];

/// How a firm's name ends; the commonest stand more than once.
pub(super) const FORMS: &[&str] = &["Ltd", "Ltd", "Ltd", "Limited", "", "", "& Sons", "(Staffs) Ltd", "LLP", "CIC"];

/// The nine licensing authorities of Staffordshire, with their initials and their weight among taxi drivers.
pub(super) const AUTHORITIES: &[(&str, &str, u64)] = &[
    ("Cannock Chase", "CC", 9),
    ("East Staffordshire", "ES", 12),
    ("Lichfield", "L", 8),
    ("Newcastle-under-Lyme", "NUL", 11),
    ("South Staffordshire", "SS", 6),
    ("Stafford", "S", 12),
    ("Staffordshire Moorlands", "SM", 6),
    ("Tamworth", "T", 9),
    ("Stoke-on-Trent", "SOT", 27),
];

/// Roles, as the register spells them, and their share of a hundred people.
pub(super) const ROLES: &[(&str, u64)] = &[
    ("taxi_phv_driver", 48),
    ("pcv_driver", 17),
    ("passenger_assistant", 32),
    ("depot_supervisor", 2),
    ("transport_planner", 1),
];
