"""Names for made-up people: nobody here is, or stands for, a real person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Community:
    """Names that go together, with the census codes of ethnicity they go with."""

    weight: int
    ethnicities: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    family_names: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ENGLISH_GIRLS = _words(
    "Amelia Poppy Isla Ava Freya Lily Evie Maisie Daisy Ruby Millie Erin Summer Lacey Imogen Tilly Skye Rosie Harper"
    " Willow Elsie Orla Niamh Bethan Georgia Paige Scarlett Martha Nancy Ottilie"
)
_ENGLISH_BOYS = _words(
    "Alfie Archie Charlie Harry Jack Leo Freddie Finley Riley Tyler Jayden Kian Reuben Toby Ethan Mason Logan Kai Ollie"
    " Jude Theo Stanley Rory Callum Connor Bradley Ellis Dylan Tommy Rowan"
)
_ENGLISH_WOMEN = _words(
    "Gemma Kelly Stacey Leanne Natalie Hayley Kirsty Sophie Chloe Jodie Rachel Lauren Abigail Donna Claire Becky"
    " Kayleigh Shannon Victoria Hannah"
)
_ENGLISH_MEN = _words(
    "Darren Lee Craig Wayne Gareth Stuart Ryan Scott Matthew Jamie Shaun Nathan Adam Luke Carl Dean Liam Robert"
    " Ashley Neil"
)
_ENGLISH_FAMILIES = _words(
    "Ashcombe Barley Benfold Birchall Bramwell Brackenby Castlow Chadling Cotterhill Dunsby Eastlake Farrowby Fernley"
    " Garside Hallowes Hartnoll Hebden Holloway Kettley Langridge Larkham Marlowe Merrin Netherby Oakshott Pargeter"
    " Pinnock Quainton Ravenhill Redfern Sallow Selwood Stanbrook Tadley Thackeray Thornbury Tidmarsh Underhay Vexley"
    " Wainscott Wetherall Whitcombe Winterley Wychbold Yarnold Yelland"
)

COMMUNITIES = (
    Community(66, ("WBRI",), _ENGLISH_GIRLS, _ENGLISH_BOYS, _ENGLISH_WOMEN, _ENGLISH_MEN, _ENGLISH_FAMILIES),
    Community(
        6,
        ("MWBC", "MWBA", "MOTH"),
        _words("Amara Tia Naomi Kiara Leila Zara Jasmine Simone Ayla Nyah"),
        _words("Malachi Isaiah Jaden Tyrell Marley Zion Reece Kaleb Micah Andre"),
        _ENGLISH_WOMEN,
        _words("Marcus Leon Jermaine Andre Curtis Ashley Dwayne Rohan"),
        (*_ENGLISH_FAMILIES[:20], "Bascombe", "Clarendon", "Delroy-Marsh", "Okoro-Fernley"),
    ),
    Community(
        8,
        ("WOTH",),
        _words("Zofia Maja Oliwia Lena Hanna Ioana Andreea Sofia Matilde Daria"),
        _words("Jakub Szymon Filip Oskar Kacper Andrei Matei Stefan Tiago Rafael"),
        _words("Magdalena Katarzyna Agnieszka Elena Mihaela Roxana Catarina Justyna"),
        _words("Tomasz Pawel Marcin Bogdan Ionut Razvan Joao Krzysztof"),
        _words("Zielanko Wronowicz Brzostek Malinar Kowalczuk Dragomiresc Vasilan Petrescan Carvalheda Ferrazinho"),
    ),
    Community(
        7,
        ("APKN",),
        _words("Aisha Zainab Maryam Hafsa Iqra Noor Sana Fatima Mehreen Aleena"),
        _words("Hamza Bilal Ibrahim Zayn Yusuf Haris Daniyal Ayaan Umar Saad"),
        _words("Shazia Nadia Rukhsana Saima Farah Uzma Bushra Samina"),
        _words("Imran Tariq Asif Kashif Waqas Nadeem Shahid Adeel"),
        _words("Mirzada Khokharan Qureshan Bhattiwal Rajputra Hussainat Mahmoodi Akhtaran Chaudhar Sheikhan"),
    ),
    Community(
        3,
        ("ABAN",),
        _words("Tasnim Nusrat Sumaiya Raisa Maliha Anika"),
        _words("Rahim Tanvir Sami Nabil Rafi Ishaan"),
        _words("Rehana Shirin Nasima Taslima"),
        _words("Jahangir Mizan Habib Anwar"),
        _words("Talukdari Choudhurat Miahan Rahmanat Sarkaran Uddinar"),
    ),
    Community(
        3,
        ("AIND", "AOTH"),
        _words("Anaya Diya Priya Kavya Meera Jasleen"),
        _words("Arjun Rohan Veer Ishan Aarav Harjot"),
        _words("Sunita Anjali Deepa Manpreet"),
        _words("Rajesh Vikram Sanjay Gurdeep"),
        _words("Patelan Sharmadi Nairan Thomasan Gillar Menonar"),
    ),
    Community(
        5,
        ("BAFR",),
        _words("Adaeze Temi Ama Efua Rutendo Hodan Ifrah Zuri"),
        _words("Chidi Tobi Kwame Kofi Tendai Abdi Farhan Jabari"),
        _words("Ngozi Folake Abena Tsitsi Sahra Grace Blessing Mercy"),
        _words("Emeka Segun Yaw Tafadzwa Mohamud Joseph Samuel Daniel"),
        _words("Okaforan Adeyemika Mensahor Boatengar Chirwane Warsamen Nkemdiran Dlaminor"),
    ),
    Community(
        2,
        ("BCRB",),
        _words("Shanice Keisha Aaliyah Renee Tamara"),
        _words("Jermaine Kemar Tyrese Delano Romario"),
        _words("Marcia Yvonne Sharon Paulette"),
        _words("Winston Clive Trevor Desmond"),
        _words("Bascombe Clarendon Pennant-Hay Braithway Morantley"),
    ),
    Community(
        2,
        ("CHNE", "OOTH"),
        _words("Mei Lina Xin Parisa Ronahi Darya"),
        _words("Jun Wei Kian Hevin Aryan Rozh"),
        _words("Fang Yan Shirin Gulistan"),
        _words("Bo Ming Rebwar Omid"),
        _words("Chenglow Wongley Karimian-Rad Hosseinpar Baranian Azadoghli"),
    ),
    Community(
        1,
        ("WIRT", "WROM", "WIRI"),
        _words("Margaret Shantelle Bridget Kathleen"),
        _words("Paddy Johnboy Levi Miley"),
        _words("Bernadette Philomena Noreen"),
        _words("Patrick Martin Hughie"),
        _words("Connerton Doranley Wardlow Loveridgeway"),
    ),
)

STREETS = _words(
    "Alder Ashfield Barn Beech Blackthorn Bramble Brook Chapel Cherry Churchill Coopers Cornfield Cowslip Dovecote Elm"
    " Fairfield Foundry Furlong Gosling Hawthorn Hazel Hedgerow Juniper Kestrel Laburnum Larch Linden Mallow Maltings"
    " Maple Meadow Millstream Nightingale Orchard Osier Paddock Pear Plover Poplar Quarry Rowan Saddlers Sedge Sorrel"
    " Spinney Swift Tanner Teal Walnut Weavers Willow Yew"
)
STREET_KINDS = _words("Close Road Way Gardens Lane Drive Avenue Crescent Court Walk")
