"""Names of people, by the region they live in: given names, family names, and the language spoken there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]


def _region(code: str, language: str, given: str, family: str) -> Region:
    return Region(code, language, tuple(given.split()), tuple(family.split()))


REGIONS = (
    _region(
        "US",
        "en",
        "James Mary Robert Linda Michael Barbara David Susan Marcus Nina Tyler Grace Ethan Zoe Logan Maya Caleb Ruby",
        "Smith Johnson Williams Brown Jones Davis Miller Wilson Moore Taylor Anderson Jackson White Harris Martin",
    ),
    _region(
        "GB",
        "en",
        "Oliver Amelia Harry Isla George Ava Jack Emily Charlie Poppy Alfie Freya Oscar Daisy Archie Elsie",
        "Hughes Edwards Green Hall Wood Thomas Wright Walker Roberts Evans Turner Cooper Ward Morris Baker Shaw",
    ),
    _region(
        "JP",
        "ja",
        "Haruto Yui Sota Hina Yuto Sakura Ren Aoi Daiki Rin Takumi Mei Kaito Yuna Sho Akari",
        "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Mori Abe Ono",
    ),
    _region(
        "BR",
        "pt",
        "Miguel Helena Arthur Alice Heitor Laura Theo Manuela Davi Sofia Gabriel Isabela Bernardo Luiza Pedro Julia",
        "Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Almeida Ribeiro Carvalho Gomes Rocha Dias",
    ),
    _region(
        "MX",
        "es",
        "Santiago Valentina Mateo Regina Diego Camila Emiliano Ximena Leonardo Renata Luis Fernanda Carlos Lucia Jorge",
        "Hernandez Garcia Martinez Lopez Gonzalez Perez Sanchez Ramirez Cruz Flores Morales Vazquez Reyes Ortiz Castro",
    ),
    _region(
        "ES",
        "es",
        "Hugo Martina Pablo Paula Alvaro Carmen Adrian Alba Javier Noa Sergio Irene Iker Marta Raul Elena",
        "Fernandez Ruiz Jimenez Moreno Alonso Romero Navarro Torres Dominguez Gil Serrano Molina Blanco Suarez Ortega",
    ),
    _region(
        "FR",
        "fr",
        "Gabriel Jade Louis Louise Raphael Emma Jules Chloe Adam Lina Lucas Manon Hugo Camille Nathan Lea",
        "Bernard Dubois Durand Leroy Moreau Simon Laurent Lefebvre Michel Fournier Girard Bonnet Dupont Lambert",
    ),
    _region(
        "DE",
        "de",
        "Ben Mia Paul Emilia Leon Hannah Finn Lena Jonas Clara Felix Marie Lukas Greta Anton Frieda",
        "Mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter Klein Wolf Neumann",
    ),
    _region(
        "EG",
        "ar",
        "Ahmed Fatma Mohamed Mariam Mahmoud Nour Youssef Salma Omar Habiba Karim Farida Hassan Yasmin Tarek Laila",
        "Hassan Ibrahim Mostafa Ali Saleh Farouk Mansour Nasser Gamal Khalil Fathy Saad Younis Zaki Shaker Helmy",
    ),
    _region(
        "IN",
        "hi",
        "Aarav Ananya Vivaan Diya Arjun Isha Rohan Kavya Aditya Meera Kabir Priya Rahul Nisha Vikram Pooja",
        "Sharma Verma Gupta Singh Patel Kumar Reddy Nair Iyer Joshi Mehta Kapoor Das Bose Rao Menon",
    ),
    _region(
        "NG",
        "en",
        "Chidi Ada Emeka Ngozi Tunde Folake Ibrahim Zainab Obinna Amaka Segun Yetunde Musa Halima Uche Kemi",
        "Okafor Adeyemi Okonkwo Balogun Eze Abubakar Nwosu Lawal Obi Bello Ogunleye Mohammed Chukwu Adebayo Danjuma",
    ),
    _region(
        "KR",
        "ko",
        "Minjun Seoyeon Jiho Jiwoo Doyun Haeun Junseo Soomin Yejun Chaewon Siwoo Yuna Hyunwoo Jimin",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Shin Seo Kwon Hwang",
    ),
)
"""Weighted by how often they occur: see people.REGION_WEIGHTS."""
