"""What a Medicare specialty says of a clinician: the type that MIPS knows, and how the work is usually done."""

import re

TYPES = {
    "ANESTHESIOLOGYASSISTANT": "other",
    "PHYSICIANASSISTANT": "physician_assistant",
    "NURSEPRACTITIONER": "nurse_practitioner",
    "CLINICALNURSESPECIALIST": "clinical_nurse_specialist",
    "NURSEANESTHETIST": "crna",
    "PHYSICALTHERAP": "physical_therapist",
    "OCCUPATIONALTHERAP": "occupational_therapist",
    "SPEECHLANGUAGE": "speech_language_pathologist",
    "AUDIOLOGIST": "audiologist",
    "PSYCHOLOGIST": "clinical_psychologist",
    "DIETITIAN": "dietitian",
    "SOCIALWORKER": "clinical_social_worker",
    "MIDWIFE": "certified_nurse_midwife",
    **dict.fromkeys(("COUNSELOR", "MARRIAGEANDFAMILY", "SUPPLIER", "LABORATORY", "FACILITY"), "other"),
    **dict.fromkeys(("ROSTERBILLER", "AMBULANCE"), "other"),
}
WITHOUT_FACING_PATIENTS = ("RADIOLOGY", "PATHOLOGY", "ANESTHESI", "NURSEANESTHETIST", "NUCLEARMEDICINE")
IN_HOSPITALS = ("EMERGENCYMEDICINE", "HOSPITALIST", "CRITICALCARE", "ANESTHESI", "PATHOLOGY")

# Care Compare's words where the utilization tables of 2017 use others.
IN_2017 = {
    "FAMILYMEDICINE": "FAMILYPRACTICE",
    "CARDIOVASCULARDISEASECARDIOLOGY": "CARDIOLOGY",
    "CLINICALSOCIALWORKER": "LICENSEDCLINICALSOCIALWORKER",
    "PHYSICALTHERAPY": "PHYSICALTHERAPISTINPRIVATEPRACTICE",
    "OCCUPATIONALTHERAPY": "OCCUPATIONALTHERAPISTINPRIVATEPRACTICE",
    "CARDIACELECTROPHYSIOLOGY": "CLINICALCARDIACELECTROPHYSIOLOGY",
    "QUALIFIEDSPEECHLANGUAGEPATHOLOGIST": "SPEECHLANGUAGEPATHOLOGIST",
    "QUALIFIEDAUDIOLOGIST": "AUDIOLOGIST",
    "CLINICALPSYCHOLOGIST": "PSYCHOLOGISTCLINICAL",
}


def plain(specialty: str) -> str:
    """Return the letters alone, in capitals: sources differ in case and punctuation."""
    return re.sub(r"[^A-Z]", "", specialty.upper())


def in_2017(specialty: str) -> str:
    """Return the plain word of the utilization tables for a specialty of any source."""
    return IN_2017.get(plain(specialty), plain(specialty))


def clinician_type(specialty: str) -> str:
    """Return the type of clinician (contracts: determine); one without a specialty of its own is a physician."""
    word = plain(specialty)
    return next((kind for part, kind in TYPES.items() if part in word), "physician")


def is_one_of(specialty: str, parts: tuple[str, ...]) -> bool:
    """Say whether the specialty is one of these."""
    word = plain(specialty)
    return any(part in word for part in parts)
